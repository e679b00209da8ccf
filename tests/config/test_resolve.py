"""Precedence of options, and what a configuration refuses."""

from __future__ import annotations

import pytest

from dlvc_cli import load_run
from dlvc_cli.__main__ import main
from dlvc_cli.config.plan import plan_training, plan_use
from dlvc_cli.config.resolve import resolve_training
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption, UsageError
from dlvc_cli.registry.registry import registry


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


def test_momentum_in_the_optimizer_s_string_wins_over_the_recipe():
    plan = plan_use(registry(), resolve(model="cnn", optimizer="sgd:momentum=0.5"))
    assert plan.optimizer.values["momentum"] == 0.5
    with pytest.raises(BadOption, match="given twice"):
        config = resolve(model="cnn", optimizer="sgd:momentum=0.5", momentum=0.9)
        plan_use(registry(), config)


def test_without_momentum_the_recipe_s_nesterov_is_dropped():
    assert resolve(model="cnn", momentum=0.0).nesterov is False


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


def test_a_relative_data_path_becomes_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resolve(model="cnn", data="folder:here").data == f"folder:{tmp_path / 'here'}"


def test_a_file_of_options_is_read_from_toml_and_from_a_run(dlvc, folder, monkeypatch):
    dlvc.folder.joinpath("plan.toml").write_text(
        f'model = "cnn"\ndata = "folder:{folder}"\nepochs = 1\nbatch-size = 16\n'
    )
    dlvc("train", "--config", "plan.toml", "--quiet")
    monkeypatch.chdir(dlvc.folder)
    with pytest.raises(SystemExit, match=r"^0$"):
        main("train --config runs/cnn-images-1/run.json --quiet --seed 4".split())
    configs = [load_run(f"cnn-images-{number}").config for number in (1, 2)]
    assert [config.batch_size for config in configs] == [16, 16]
    assert [config.seed for config in configs] == [0, 4]
    dlvc.folder.joinpath("plan.toml").write_text("colour = 1\n")
    assert "colour" in dlvc("train", "cnn", "--config", "plan.toml", code=2).stderr


def test_positional_arguments_of_the_optimizer_win_over_the_recipe_too():
    plan = plan_use(registry(), resolve(model="cnn", optimizer="sgd:0.5"))
    assert plan.optimizer.values["momentum"] == 0.5 and plan.optimizer.values["nesterov"] is True


def test_a_family_s_name_may_be_qualified():
    plan = plan_use(registry(), resolve(model="cnn", optimizer="dlvc-optim/torch:NAdam"))
    assert plan.optimizer.offer.name == "torch:NAdam"


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


def test_a_model_s_own_optimiser_is_not_hidden_by_the_recipe():
    config = resolve(model="timm:vit_tiny_patch16_224")
    assert (config.optimizer, config.lr, config.momentum) == ("adamw", 0.001, None)


def command_for(given: dict) -> str:
    resolved = resolve_training(registry(), given | {"data": "toy-pets"})
    return plan_training(registry(), resolved).command


def test_the_recorded_command_makes_a_transfer_again():
    given = {"model": "resnet", "pretrained": True, "lr": 0.01, "epochs": 3}
    assert command_for(given) == (
        "dlvc train resnet --data toy-pets --lr 0.01 --epochs 3 --pretrained --lr-backbone 0.002"
    )
    frozen = {"model": "resnet", "weights": "IMAGENET1K_V1", "feature_extract": True}
    assert command_for(frozen) == (
        "dlvc train resnet --data toy-pets --weights IMAGENET1K_V1 --feature-extract"
    )
