"""A study's folder remembers what the study is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dlvc_cli.api.study_job import kept_study_job, plan_study_job
from dlvc_cli.errors import RunError
from dlvc_cli.experiments.kept_study import keep_study, read_kept_study
from dlvc_cli.experiments.study_file import read_study
from dlvc_cli.experiments.study_folders import STUDY_FILE
from dlvc_cli.experiments.sweep import varied_study

STUDY = """
title = "Ways & <means>"
[defaults]
model = "cnn"
data = "toy-pets"
[[experiment]]
name = "plain"
reported = { best_acc = { value = 0.5, tolerance = 0.25 }, minutes = 3 }
note = "The first."
[[experiment]]
name = "{wd} of it"
seeds = [3, 5]
sweep = { wd = [1e-4, 1e-5] }
[[experiment]]
name = "elsewhere"
model = "efficientnet_lite0"
[[finding]]
name = "near"
says = "It is near."
experiments = "plain"
near = "best_acc"
value = 0.5
tolerance = 0.1
[[finding]]
name = "more"
says = "It is more."
experiments = ["plain"]
among = ["*it"]
above = "last_acc"
[[figure]]
name = "one"
draws = "train_loss"
experiments = ["*"]
"""


@pytest.fixture
def job(tmp_path: Path, own_folder: None) -> Any:
    (tmp_path / "ways.toml").write_text(STUDY)
    return plan_study_job(read_study(tmp_path / "ways.toml"), folder=tmp_path, seeds=2)


def test_what_is_read_back_is_what_was_kept(job: Any) -> None:
    keep_study(job.folder, job.study, job.planned, job.missing)
    kept = read_kept_study(job.folder)
    assert kept.study == job.study
    assert [repr(run.run) for run in kept.planned] == [repr(run.run) for run in job.planned]
    for one, two in zip(kept.planned, job.planned, strict=True):
        assert (one.name, one.experiment, one.seed, one.fold) == (
            two.name,
            two.experiment,
            two.seed,
            two.fold,
        )
        assert (one.config, one.command) == (two.config, two.command)
    assert kept.missing == job.missing
    # And so is its table.
    again = kept_study_job(job.folder)
    assert again.results() == job.results() and again.only == job.only


def test_so_is_a_sweep_with_folds_and_without_values(tmp_path: Path, own_folder: None) -> None:
    sweep = {"clip_grad": [None, 1.0], "feature_extract": [False]}
    study = varied_study({"model": "cnn", "data": "toy-pets"}, sweep=sweep, folds=2, seeds=2)
    job = plan_study_job(study, folder=tmp_path)
    keep_study(tmp_path, job.study, job.planned, job.missing)
    kept = read_kept_study(tmp_path)
    assert kept.study == study and len(kept.planned) == 8
    assert [run.name for run in kept.planned] == [run.name for run in job.planned]
    assert kept.planned[-1].experiment == job.planned[-1].experiment


def spoil(values: Any, *path: Any, to: Any) -> None:
    for key in path[:-1]:
        values = values[key]
    values[path[-1]] = to


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (("format",), 2, "later version"),
        (("format",), True, "format is not what it should be"),
        (("name",), None, "name is not what"),
        (("study",), [], "study is not what"),
        (("study", "experiment"), {}, "once for each"),
        (("study", "experiment", 0, "name"), 3, "it is a text, not 3"),
        (("study", "experiment", 0, "wdd"), 3, "no option called wdd"),
        (("study", "experiment", 1, "seeds"), ["x"], "whole number"),
        (("study", "finding", 0, "value"), "x", "it is a number"),
        (("study", "figure", 0, "name"), "../x", "its name is a file's"),
        (("runs",), {}, "runs is not what"),
        (("runs", 0), 5, "experiment is not what"),
        (("runs", 0, "experiment"), "other", "'other', which is no experiment"),
        (("runs", 0, "folder"), "../../x", "no folder's name"),
        (("runs", 0, "folder"), "..", "no folder's name"),
        (("runs", 0, "config", "epochs"), "x", "epochs"),
        (("runs", 0, "config", "nonsense"), 1, "nonsense"),
        (("runs", 0, "config"), {}, "no whole one"),
        (("runs", 0, "seed"), 9, "another seed"),
        (("runs", 0, "command"), None, "command is not what"),
        (("missing",), [1], "missing is not what"),
    ],
)
def test_what_is_damaged_is_said(job: Any, path: Any, to: Any, said: str) -> None:
    keep_study(job.folder, job.study, job.planned, job.missing)
    file = job.folder / STUDY_FILE
    values = json.loads(file.read_text())
    spoil(values, *path, to=to)
    file.write_text(json.dumps(values))
    with pytest.raises(RunError, match=said) as caught:
        read_kept_study(job.folder)
    assert STUDY_FILE in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", '"x"', '{"format": 1', "[" * 99999])
def test_what_is_no_study_at_all_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / STUDY_FILE).write_text(text)
    with pytest.raises(RunError, match="is damaged"):
        read_kept_study(tmp_path)
