"""The CSV tracker: a row an epoch, in a file that several runs may share."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dlvc_cli import BadOption, DataError
from dlvc_cli.events import CheckpointSaved, EpochDone, RunStarted
from dlvc_cli.registry.registry import registry

METRICS = {"train_loss": 0.5, "val_acc": 0.75, "lr": 0.1}


def started(run: str = "runs/one", **changes: Any) -> RunStarted:
    values: dict[str, Any] = {
        "model": "cnn",
        "parameters": 1,
        "trainable": 1,
        "data": "toy-pets",
        "classes": ("cat", "dog"),
        "train_images": 2,
        "val_images": 2,
        "stored_size": (32, 32),
        "input_size": (32, 32),
        "device": "cpu",
        "device_memory": None,
        "precision": "fp32",
        "threads": 1,
        "seed": 0,
        "epochs": 3,
        "steps_per_epoch": 1,
    }
    return RunStarted(run=run, **(values | changes))


def epoch_done(epoch: int, metrics: Mapping[str, Any] = METRICS) -> EpochDone:
    line = {"epoch": epoch, **metrics}
    return EpochDone(epoch=epoch, epochs=3, metrics=line, best=True, best_acc=0.75, best_epoch=1)


def tracker(path: Path) -> Any:
    return registry().choose("trackers", f"csv:{path}").build()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_csv_holds_a_row_an_epoch_as_soon_as_it_is_over(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    consume = tracker(path)
    consume(started())
    consume(CheckpointSaved(epoch=1, step=1))
    assert rows(path) == []
    consume(epoch_done(1))
    assert rows(path) == [
        {"run": "one", "epoch": "1", "train_loss": "0.5", "val_acc": "0.75", "lr": "0.1"}
    ]
    consume(epoch_done(2))
    consume(epoch_done(3))
    consume.close()
    assert [row["epoch"] for row in rows(path)] == ["1", "2", "3"]
    assert path.read_text(encoding="utf-8").startswith("run,epoch,train_loss,val_acc,lr")


def test_several_runs_share_a_file(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    for run in ("runs/one", "runs/two"):
        consume = tracker(path)
        consume(started(run))
        consume(epoch_done(1))
        consume.close()
    assert [(row["run"], row["epoch"]) for row in rows(path)] == [("one", "1"), ("two", "1")]


def test_a_resumed_run_takes_back_its_own_rows_that_it_repeats(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    for run in ("runs/one", "runs/two"):
        consume = tracker(path)
        consume(started(run))
        for epoch in (1, 2, 3):
            consume(epoch_done(epoch))
        consume.close()

    consume = tracker(path)
    history = ({"epoch": 1, **METRICS},)
    consume(started("runs/one", start_epoch=1, start_step=5, history=history))
    consume(epoch_done(2, METRICS | {"val_acc": 0.8}))
    consume.close()

    found = [(row["run"], row["epoch"], row["val_acc"]) for row in rows(path)]
    others = [("two", str(epoch), "0.75") for epoch in (1, 2, 3)]
    assert found == [("one", "1", "0.75"), *others, ("one", "2", "0.8")]


def test_a_value_that_is_missing_leaves_its_cell_empty(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    consume = tracker(path)
    consume(started())
    consume(epoch_done(1))
    consume(epoch_done(2, {"train_loss": None, "lr": 0.1}))
    assert [row["train_loss"] for row in rows(path)] == ["0.5", ""]
    assert [row["val_acc"] for row in rows(path)] == ["0.75", ""]


def test_a_metric_without_a_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    consume = tracker(path)
    consume(started())
    consume(epoch_done(1))
    with pytest.raises(DataError, match="no column for val_acc_running"):
        consume(epoch_done(2, METRICS | {"val_acc_running": 0.7}))
    assert len(rows(path)) == 1


def test_a_file_that_cannot_be_written_is_reported_before_training(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match=r"cannot write .*No such file or directory"):
        tracker(tmp_path / "missing" / "table.csv")


def test_csv_needs_a_file_name() -> None:
    with pytest.raises(BadOption, match="tracker csv needs path"):
        registry().choose("trackers", "csv")
