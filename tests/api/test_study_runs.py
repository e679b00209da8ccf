"""A study from Python."""

from __future__ import annotations

import pytest
from helpers.folders import make_folder

import dlvc_cli as dlvc
from dlvc_cli.experiments.kept_study import read_kept_study


@pytest.fixture
def images(tmp_path) -> str:
    return f"folder:{make_folder(tmp_path / 'images', {'train': 20, 'val': 10})}"


def test_a_sweep_leaves_runs_rows_and_a_table(images, own_folder):
    asked = {"data": images, "epochs": 1, "batch_size": 20, "threads": 1, "name": "aug"}
    done = dlvc.study("cnn", sweep={"aug": ["", "flip"]}, seeds=2, view="quiet", **asked)
    assert done.path.name == "aug" and len(done.runs) == 4
    assert {run.config.aug for run in done.runs.values()} == {"", "flip"}
    assert [row["runs"] for row in done.rows] == [2, 2] and not done.failures
    accuracies = [run.metrics[-1]["val_acc"] for run in done.runs.values() if not run.config.aug]
    assert done.rows[0]["figures"]["best_acc"]["mean"] == pytest.approx(sum(accuracies) / 2)
    assert set(read_kept_study(done.path).study.experiments[0].options) >= {"model", "data"}
    assert "| aug=flip |" in done.table and "4 of 4 finished" in repr(done)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"what": "cnn", "sweep": {"wdd": [1]}}, "Did you mean wd"),
        ({"what": "cnn", "sweep": {"wd": "1"}}, "takes a list of values"),
        ({"what": "cnn", "seeds": 2, "seed": 1}, "exclude each other"),
        ({"what": "nowhere.toml"}, "No such file"),
        ({"what": "nowhere.toml", "sweep": {"wd": [1]}}, "A file says itself"),
    ],
)
def test_what_is_wrong_is_said_before_any_work(tmp_path, own_folder, request_, said):
    with pytest.raises(dlvc.UsageError, match=said):
        dlvc.study(**request_)
    assert not list(tmp_path.iterdir())
