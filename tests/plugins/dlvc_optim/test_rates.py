"""Default learning rates."""

from __future__ import annotations

from dlvc_cli import OptimizerSpec
from dlvc_cli.registry.registry import registry


def test_learning_rates_are_positive_and_finer_for_fine_tuning() -> None:
    specs: list[OptimizerSpec] = [offer.spec for offer in registry().offers("optimizers")]
    specs += [offer.spec for offer in registry().search("optimizers", "torch:*")]
    for spec in specs:
        scratch, finetune, descent = spec.learning_rates
        assert 0 < finetune < scratch and descent > 0, spec.name
    assert registry().find("optimizers", "sgd").spec.learning_rates == (0.1, 0.001, 10.0)
