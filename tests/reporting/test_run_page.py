"""The page about one run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dlvc_cli.api.details import describe
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.reporting.run_page import print_run
from dlvc_cli.runs.manage import sizes_of_files

GOLDEN = Path(__file__).parents[1] / "golden" / "run-v1" / "cut"


@pytest.fixture
def page(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "72")
    shutil.copytree(GOLDEN, tmp_path / "runs" / "old")

    def shown() -> dict[str, str]:
        (row,) = describe("old", TrainConfig(model="old"), 2)
        print_run(row, sizes_of_files(row["path"]))
        lines = capsys.readouterr().out.splitlines()
        assert max(map(len, lines)) <= 72
        facts: dict[str, str] = {}
        for line in lines[1:]:
            if line[:1].strip():
                facts[line[:10].strip()] = line[10:].strip()
        return facts

    return shown


def test_what_was_trained_and_what_came_of_it_are_lines_of_their_own(page):
    facts = page()
    record = json.loads((GOLDEN / "run.json").read_text())
    status = json.loads((GOLDEN / "status.json").read_text())
    assert list(facts)[:2] == ["model", "data"] and "files" in facts
    assert facts["model"].startswith(f"{record['config']['model']}, ")
    assert facts["classes"] == ", ".join(record["data"]["classes"])
    assert facts["epochs"] == f"{status['epoch']} of {record['config']['epochs']}"
    assert facts["best"].startswith(f"{status['best_acc']:.4f} validation accuracy")
    assert facts["best"].endswith(f"at epoch {status['best_epoch']}")
    assert not any("sha256" in text for text in facts.values())
