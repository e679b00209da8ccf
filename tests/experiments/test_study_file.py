"""A study is read from TOML, and what is wrong with it is said with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.folders import ROOT

from dlvc_cli.errors import UsageError
from dlvc_cli.experiments.study_file import read_study

GOOD = """
title = "Two"
[defaults]
model = "cnn"
batch-size = 32
[[experiment]]
name = "plain"
reported = { best_acc = { value = 0.8, tolerance = 0.05 }, minutes = 3 }
[[experiment]]
name = "decay {wd}, lr {lr}"
seeds = [3, 5]
aug = "flip"
sweep = { wd = [1e-4, 1e-5], lr = [0.01, 0.5] }
[[finding]]
name = "decay"
says = "It helps."
expect = "refuted"
above = "best_acc"
experiments = "decay *"
among = ["plain"]
[[figure]]
name = "one"
draws = "train_loss"
experiments = ["*"]
"""


def read(tmp_path: Path, text: str):
    file = tmp_path / "two.toml"
    file.write_text(text)
    return read_study(file)


def test_an_experiment_stands_for_every_combination_of_its_sweep(tmp_path):
    study = read(tmp_path, GOOD)
    assert (study.name, study.title) == ("two", "Two")
    plain, *swept = study.experiments
    assert plain.options == {"model": "cnn", "batch_size": 32} and plain.seeds == (0,)
    assert [(one.outcome, one.value, one.tolerance) for one in plain.reported] == [
        ("best_acc", 0.8, 0.05),
        ("minutes", 3.0, None),
    ]
    assert [one.name for one in swept] == [
        "decay 1e-4, lr 0.01",
        "decay 1e-4, lr 0.5",
        "decay 1e-5, lr 0.01",
        "decay 1e-5, lr 0.5",
    ]
    assert swept[1].options == plain.options | {"aug": "flip", "wd": 1e-4, "lr": 0.5}
    assert swept[0].seeds == (3, 5)
    (finding,) = study.findings
    assert (finding.test, finding.outcome, finding.expect) == ("above", "best_acc", "refuted")
    assert study.figures[0].draws == "train_loss"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title =", "titel =", "there is no titel here"),
        ('model = "cnn"', "model = 3", "model takes text, not 3"),
        ("batch-size", "batch-sise", "there is no option called batch_sise"),
        ('name = "plain"', "", "experiment 1, name: it is a text, not None"),
        ("seeds = [3, 5]", "seeds = [3, 3]", "different whole numbers"),
        ("seeds = [3, 5]", "seeds = 0", "whole number from 1, not 0"),
        ("seeds = [3, 5]", "seed = 1", "say seeds"),
        ("seeds = [3, 5]", 'fold = "1/2"', "say folds"),
        ("{wd}", "{dw}", "a name may hold {wd}, {lr}"),
        ("wd = [1e-4, 1e-5]", "wd = 1e-4", "wd is a list of values"),
        ("wd = [1e-4, 1e-5]", "dw = [1e-4]", "there is no option called dw"),
        ("best_acc = {", "acc = {", "it is one of best_acc"),
        ("value = 0.8,", "value = 'x',", "it is a number, not 'x'"),
        ("tolerance", "tolerence", "there is no tolerence here"),
        ('expect = "refuted"', 'expect = "yes"', "one of held, refuted"),
        ('above = "best_acc"', "", "it has one of highest, lowest"),
        ('"decay *"', '"dekay *"', "no experiment is called 'dekay *'"),
        ('among = ["plain"]', "", "it lacks among"),
        ('draws = "train_loss"', 'draws = "loss"', "one of train_loss"),
        ("[[experiment]]", "[[experiments]]", "there is no experiments here"),
        ('title = "Two"', 'title = "Two', "no valid TOML"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, old, new, said):
    assert old in GOOD
    with pytest.raises(UsageError) as error:
        read(tmp_path, GOOD.replace(old, new))
    assert said in str(error.value) and "two.toml" in str(error.value)


def test_two_experiments_have_two_names(tmp_path):
    with pytest.raises(UsageError, match="two experiments are called 'plain'"):
        read(tmp_path, GOOD + '[[experiment]]\nname = "plain"\n')
    with pytest.raises(UsageError, match="no \\[\\[experiment\\]\\] in it"):
        read(tmp_path, "title = 'x'")
    with pytest.raises(UsageError, match="No such file"):
        read_study(tmp_path / "missing.toml")


def test_the_report_s_study_has_its_experiments_and_values():
    study = read_study(ROOT / "examples" / "assignment2.toml")
    names = [experiment.name for experiment in study.experiments]
    assert "CNN augmentation + weight decay 1e-5" in names
    reported = {
        (experiment.name, one.outcome): one.value
        for experiment in study.experiments
        for one in experiment.reported
    }
    assert reported["CNN without augmentation", "best_running_acc"] == 0.8035
    assert reported["CNN augmentation + weight decay 1e-5", "best_running_acc"] == 0.8644
    assert reported["ResNet", "best_running_acc"] == 0.8589
    assert reported["ResNet augmentation + weight decay 1e-5", "best_running_acc"] == 0.8632
    assert {0.89, 0.921875} <= set(reported.values())
