"""A request to train, varied: values of options, seeds and folds."""

from __future__ import annotations

import pytest

from dlvc_cli.errors import BadOption
from dlvc_cli.experiments.sweep import parse_sweep, varied_study


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wd=0,1e-5", ("wd", [0.0, 1e-5])),
        ("batch-size=64,128", ("batch_size", [64, 128])),
        ("aug=;flip;flip,crop", ("aug", ["", "flip", "flip,crop"])),
        ("nesterov=yes,no", ("nesterov", [True, False])),
        ("optimizer=sgd,adam:beta1=0.5", ("optimizer", ["sgd", "adam:beta1=0.5"])),
    ],
)
def test_values_are_read_as_the_option_takes_them(text, expected):
    assert parse_sweep(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wd", "takes wd=0,1e-5"),
        ("wd=", "takes wd=0,1e-5"),
        ("wd=x", "wd takes a number, not 'x'"),
        ("wd=-1", "at least 0"),
        ("dw=1", "no such option of training"),
        ("drpout=0.5", "Did you mean dropout?"),
        ("seed=1,2", "say --seeds"),
        ("lr=0.1,0.1", "a value twice"),
        ("nesterov=maybe", "takes yes,no"),
        ("fit=crop,sqash", "Did you mean squash?"),
    ],
)
def test_what_is_wrong_is_said(text, said):
    with pytest.raises(BadOption) as error:
        parse_sweep(text)
    assert said in str(error.value)


def test_every_combination_is_an_experiment_and_the_name_follows_from_the_request():
    asked = {"model": "cnn", "data": "toy-pets"}
    sweep = {"wd": [0.0, 1e-5], "lr": [0.05, 0.1]}
    study = varied_study(asked, sweep=sweep, seeds=3)
    assert [one.name for one in study.experiments] == [
        "wd=0 lr=0.05", "wd=0 lr=0.1", "wd=1e-5 lr=0.05", "wd=1e-5 lr=0.1"
    ]  # fmt: skip
    assert study.experiments[3].options == asked | {"wd": 1e-5, "lr": 0.1}
    assert study.experiments[0].seeds == (0, 1, 2)
    assert study.name == varied_study(asked, sweep=sweep, seeds=5).name
    assert study.name != varied_study(asked | {"aug": "flip"}, sweep=sweep, seeds=3).name
    with pytest.raises(BadOption, match="exclude each other"):
        varied_study(asked | {"lr": 0.1}, sweep=sweep)
