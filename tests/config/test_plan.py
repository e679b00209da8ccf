"""What a complete configuration names is looked up, its parameters checked."""

from __future__ import annotations

import pytest

from dlvc_cli.config.plan import plan_use
from dlvc_cli.config.resolve import resolve_training
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption
from dlvc_cli.registry.registry import registry


def resolve(file=None, preset=None, **given) -> TrainConfig:
    given.setdefault("data", "toy-pets")
    return resolve_training(registry(), given, file, preset).config


def test_momentum_in_the_optimizer_s_string_wins_over_the_recipe():
    plan = plan_use(registry(), resolve(model="cnn", optimizer="sgd:momentum=0.5"))
    assert plan.optimizer.values["momentum"] == 0.5
    with pytest.raises(BadOption, match="given twice"):
        config = resolve(model="cnn", optimizer="sgd:momentum=0.5", momentum=0.9)
        plan_use(registry(), config)


def test_positional_arguments_of_the_optimizer_win_over_the_recipe_too():
    plan = plan_use(registry(), resolve(model="cnn", optimizer="sgd:0.5"))
    assert plan.optimizer.values["momentum"] == 0.5 and plan.optimizer.values["nesterov"] is True


def test_a_family_s_name_may_be_qualified():
    plan = plan_use(registry(), resolve(model="cnn", optimizer="dlvc-optim/torch:NAdam"))
    assert plan.optimizer.offer.name == "torch:NAdam"
