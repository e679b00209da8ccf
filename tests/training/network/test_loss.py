"""The loss of a network's outputs."""

from __future__ import annotations

import torch

from dlvc_cli.registry.registry import registry


def test_inception_trains_with_its_auxiliary_head_and_predicts_without():
    from dlvc_cli.training.network.loss import Objective

    spec = registry().find("models", "inception").spec
    assert spec.aux_weight == 0.4
    objective = Objective(registry().choose("losses", "cross_entropy"), spec.aux_weight)
    logits, aux = torch.randn(3, 2), torch.randn(3, 2)
    targets = torch.tensor([0, 1, 1])
    expected = torch.nn.functional.cross_entropy(logits, targets) + (
        0.4 * torch.nn.functional.cross_entropy(aux, targets)
    )
    assert torch.allclose(objective((logits, aux), targets, torch.mean), expected)
