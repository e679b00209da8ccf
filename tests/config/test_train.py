"""What a configuration refuses, and its plain form."""

from __future__ import annotations

import pytest

from dlvc_cli.config.plan import plan_use
from dlvc_cli.config.resolve import resolve_training
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import UsageError
from dlvc_cli.registry.registry import registry

pytestmark = pytest.mark.usefixtures("own_folder")


def resolve(file=None, preset=None, **given) -> TrainConfig:
    given.setdefault("data", "toy-pets")
    return resolve_training(registry(), given, file, preset).config


@pytest.mark.parametrize(
    "wrong",
    [
        {"lr": -1.0},
        {"lr": float("nan")},
        {"epochs": 0},
        {"epochs": 1.5},
        {"batch_size": 0},
        {"wd": "much"},
        {"fit": "stretch"},
        {"image_size": "big"},
        {"image_size": "0"},
        {"colour": "red"},
        {"dropout": 1.5},
        {"val_share": 1.0},
        {"seed": -1},
        {"patience": 0},
        {"preset": "nonsense"},
        {"normalize": "weights"},
    ],
)
def test_wrong_values_are_refused(wrong):
    preset = wrong.pop("preset", None)
    with pytest.raises(UsageError):
        plan_use(registry(), resolve(model="cnn", preset=preset, **wrong))


def test_a_configuration_survives_its_plain_form():
    config = resolve(model="cnn", aug="flip,crop", wd=1e-5, tracker=("csv:losses.csv",))
    assert TrainConfig.from_dict(config.to_dict()) == config


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("cnn --pretrained", "no pretrained weights of its own"),
        ("resnet --pretrained --weights x", "exclude each other"),
        ("resnet --weights nonsense", "no file or run called 'nonsense'"),
        ("resnet --feature-extract", "--feature-extract needs pretrained weights"),
        ("resnet --freeze-until layer4", "needs pretrained weights"),
        ("resnet --lr-backbone 0.1", "needs pretrained weights"),
        ("resnet --frozen-bn eval", "needs pretrained weights"),
        ("resnet --pretrained --feature-extract --freeze-until layer4", "leave one out"),
        ("resnet --pretrained --feature-extract --lr-backbone 0.1", "the head alone"),
        ("resnet --pretrained --frozen-bn off", "eval"),
    ],
)
def test_contradictions_are_refused_before_any_work(dlvc, words, says):
    done = dlvc("train", *words.split(), "--data", "toy-pets", code=2)
    assert says in done.stderr and not (dlvc.folder / "runs").exists()
