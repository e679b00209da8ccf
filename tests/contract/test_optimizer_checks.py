"""What an optimiser's factory must keep to, on those that do and those that don't."""

from __future__ import annotations

import torch

from dlvc_cli.contract.optimizer_checks import check_optimizer_holds_all, sample_groups
from dlvc_cli.registry.registry import registry


def found(factory) -> str:
    groups = sample_groups()
    named = [pair for group in groups for pair in group["params"]]
    return " ".join(check_optimizer_holds_all(factory(groups), named))


def test_all_that_there_are_take_named_groups() -> None:
    for offer in registry().offers("optimizers"):
        choice = registry().choose("optimizers", offer.name)
        assert found(lambda groups: choice.build(groups, lr=0.1, weight_decay=0.0)) == ""  # noqa: B023


def test_what_is_left_out_is_named() -> None:
    said = found(lambda groups: torch.optim.SGD(groups[1:], lr=0.1))
    assert said == "must step all that it is given, and leaves out fc.weight"


def test_what_is_no_optimiser_is_refused() -> None:
    assert "not list" in found(lambda groups: groups)
