"""The course's presets."""

from __future__ import annotations

import torch

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.registry.registry import registry


def test_the_default_preset_is_the_course_s_recipe() -> None:
    defaults = [offer.spec for offer in registry().offers("presets") if offer.spec.default]
    assert [(spec.name, spec.finetunes) for spec in defaults] == [
        ("course", False),
        ("finetune", True),
    ]
    options = defaults[0].options
    assert "lr" not in options
    config = TrainConfig(model="cnn", **options)
    assert (config.optimizer, config.momentum, config.nesterov) == ("sgd", 0.9, True)
    assert (config.batch_size, config.epochs) == (128, 100)
    assert (config.loss, config.schedule) == ("cross_entropy", "constant")


def test_the_course_s_optimiser_builds_at_its_learning_rate() -> None:
    options = registry().find("presets", "course").spec.options
    settings = {key: options[key] for key in ("momentum", "nesterov")}
    choice = registry().choose("optimizers", options["optimizer"], settings)
    rate = choice.spec.learning_rates.scratch
    optimizer = choice.build([torch.zeros(2, requires_grad=True)], lr=rate, weight_decay=0.0)
    (group,) = optimizer.param_groups
    assert (group["lr"], group["momentum"], group["nesterov"]) == (0.1, 0.9, True)
