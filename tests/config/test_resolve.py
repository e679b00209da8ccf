"""Precedence of options, and what a configuration refuses."""

from __future__ import annotations

import json

import pytest

from dlvc_cli.config.plan import plan_use
from dlvc_cli.config.resolve import resolve_training
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.registry.registry import registry

pytestmark = pytest.mark.usefixtures("own_folder")


def resolve(file=None, preset=None, **given) -> TrainConfig:
    given.setdefault("data", "toy-pets")
    return resolve_training(registry(), given, file, preset).config


def test_the_course_recipe_is_the_default():
    config = resolve(model="cnn")
    assert (config.optimizer, config.nesterov, config.momentum) == ("sgd", True, 0.9)
    assert (config.lr, config.batch_size, config.epochs) == (0.1, 128, 100)
    assert (config.loss, config.schedule, config.normalize) == ("cross_entropy", "constant", "data")
    assert config.wd == 0 and config.aug == ""


def test_command_line_beats_file_beats_preset_beats_core():
    file = {"model": "cnn", "epochs": 7, "batch_size": 64}
    config = resolve(file=file, epochs=3)
    assert (config.epochs, config.batch_size, config.momentum) == (3, 64, 0.9)


def test_a_model_s_own_learning_rate_counts_for_its_optimizer_only():
    own = resolve(model="alexnet").lr
    assert own is not None and own < 0.1
    assert (
        resolve(model="alexnet", optimizer="adam").lr == resolve(model="cnn", optimizer="adam").lr
    )
    assert resolve(model="alexnet", lr=0.5).lr == 0.5


def test_another_optimizer_leaves_the_recipe_s_momentum_behind():
    config = resolve(model="cnn", optimizer="adamw")
    assert config.momentum is None and config.nesterov is None and config.lr == 0.001
    plan_use(registry(), config)


def test_without_momentum_the_recipe_s_nesterov_is_dropped():
    assert resolve(model="cnn", momentum=0.0).nesterov is False


def test_a_relative_data_path_becomes_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resolve(model="cnn", data="folder:here").data == f"folder:{tmp_path / 'here'}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("adamw", 0.001, 0.0002, "cosine")),
        ({"feature_extract": True}, ("sgd", 0.001, None, "constant")),
        ({"feature_extract": True, "optimizer": "adamw"}, ("adamw", 0.0002, None, "constant")),
        ({"freeze_until": "layer4"}, ("adamw", 0.001, 0.0002, "cosine")),
        ({"optimizer": "sgd"}, ("sgd", 0.005, 0.001, "cosine")),
        ({"lr": 0.01}, ("adamw", 0.01, 0.002, "cosine")),
        ({"lr_backbone": 0.0}, ("adamw", 0.001, 0.0, "cosine")),
    ],
)
@pytest.mark.parametrize("model", ["resnet", "alexnet"])
def test_pretrained_weights_bring_defaults_that_suit_them(model, given, expected):
    config = resolve(model=model, pretrained=True, **given)
    rates = (config.lr, config.lr_backbone)
    assert (config.optimizer, *map(pytest.approx, rates), config.schedule) == expected
    assert (config.normalize, config.frozen_bn) == ("weights", "eval")
    plan_use(registry(), config)


def test_frozen_features_are_trained_as_in_the_course():
    config = resolve(model="resnet", pretrained=True, feature_extract=True)
    assert (config.momentum, config.nesterov, config.batch_size) == (0.9, True, 128)


def test_where_a_model_s_usual_optimiser_is_gone_another_can_be_named(dlvc, make_plugin, few):
    make_plugin(
        "lionesque",
        """
        from dlvc_cli import ModelSpec, hookimpl
        from torch import nn

        def small(num_classes):
            return nn.Sequential(
                nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(12, num_classes)
            )

        @hookimpl
        def dlvc_models():
            return [
                ModelSpec(
                    name="small",
                    summary="Small.",
                    factory=small,
                    split=lambda network: (network[:2], network[2]),
                    defaults={"optimizer": "lion", "lr": 0.01},
                )
            ]
        """,
    )
    words = ("train", "small", "--data", few, "--max-steps", "1")
    assert "no optimizer called 'lion'" in dlvc(*words, code=2).stderr
    dlvc(*words, "--optimizer", "sgd", "--lr", "0.02", "--out", "run")
    command = json.loads((dlvc.folder / "run" / "run.json").read_text())["command"]
    assert "--optimizer sgd" in command and "--lr 0.02" in command


def test_a_model_s_own_optimiser_is_not_hidden_by_the_recipe():
    config = resolve(model="timm:vit_tiny_patch16_224")
    assert (config.optimizer, config.lr, config.momentum) == ("adamw", 0.001, None)


def test_what_is_said_last_about_the_weights_counts(course):
    """The command line before a file: one way to start displaces the other."""
    file = {"pretrained": True, "feature_extract": True, "model": "resnet"}
    given = {"model": "cnn", "weights": "best_model.pth", "freeze_until": "_cn3"}
    config = resolve_training(registry(), given, file).config
    assert config.weights and not config.pretrained and not config.feature_extract
    above = {"model": "vgg", "pretrained": True}
    config = resolve_training(registry(), above, given).config
    assert config.pretrained and not config.weights and config.freeze_until


def test_the_average_that_a_file_asks_for_is_switched_off_by_0():
    file = {"model": "cnn", "ema": 0.99}
    assert resolve(file=file).ema == 0.99
    assert resolve(file=file, ema=0.0).ema is None
