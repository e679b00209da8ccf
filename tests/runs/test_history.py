"""Runs as plain values, damaged ones among them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.records import record_of

from dlvc_cli.runs.directory import create_run
from dlvc_cli.runs.history import describe_run, describe_runs


def test_runs_are_described_and_searched_and_a_damaged_one_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for model in ("cnn", "vgg"):
        run = create_run(model, "pets")
        run.write_record(record_of(model))
        run.write_status({"state": "finished", "epoch": 7, "best_acc": 0.75}, [])
    hurt = create_run("hurt", "pets")
    hurt.record_file.write_text("{")

    rows = {row["name"]: row for row in describe_runs()}
    assert rows["cnn-pets-1"]["state"] == "finished" and rows["cnn-pets-1"]["best_acc"] == 0.75
    assert rows["vgg-pets-1"]["summary"] == "dlvc train vgg"
    assert (
        rows["hurt-pets-1"]["state"] == "damaged" and "run.json" in rows["hurt-pets-1"]["summary"]
    )
    assert len({frozenset(row) for row in rows.values()}) == 1, "the same keys in each"
    for pattern, found in (
        ("vgg", 1),
        ("finished", 2),
        ("damaged", 1),
        ("pets", 3),
        ("nothing", 0),
    ):
        assert len(describe_runs(pattern)) == found


@pytest.mark.parametrize(
    ("data", "uneven"),
    [
        ({"class_counts": {"train": [5, 5], "val": [9, 1]}}, True),
        ({"class_counts": {"train": [9, 1], "val": [5, 5]}}, False),
        ({}, False),
    ],
)
def test_whether_a_run_s_classes_are_uneven(tmp_path: Path, data: dict[str, Any], uneven: bool):
    run = create_run("cnn", "pets", tmp_path / "one")
    record = record_of()
    run.write_record(record | {"data": record["data"] | data})
    assert describe_run(run)["uneven"] is uneven
