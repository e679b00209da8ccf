"""What an optimiser's factory must keep to: named checks, as ``contract.checks`` has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import torch
from torch import Tensor

from dlvc_cli.errors import some_of

__all__ = ["check_optimizer_holds_all", "sample_groups"]


def sample_groups() -> list[dict[str, Any]]:
    """Groups as a factory gets them: a head, a kernel and a bias, with names and learning rates."""
    head, kernel, bias = (
        torch.ones(shape, requires_grad=True) for shape in ((2, 4), (4, 3, 3, 3), (4,))
    )
    return [
        {"params": [("fc.weight", head)], "lr": 0.1, "head": ["fc.weight"]},
        {"params": [("conv.weight", kernel), ("conv.bias", bias)], "lr": 0.02, "head": []},
    ]


def check_optimizer_holds_all(
    optimizer: object, parameters: Iterable[tuple[str, Tensor]]
) -> Iterator[str]:
    """It is an optimiser of torch's, and each parameter is in one of its groups.

    What it left out would never be trained, and nobody would be told.

    Args:
        optimizer: what the factory has built.
        parameters: by name, those of all groups that it was given.
    """
    if not isinstance(optimizer, torch.optim.Optimizer):
        yield f"must build a torch.optim.Optimizer, not {type(optimizer).__name__}"
        return
    held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    missing = [name for name, parameter in parameters if id(parameter) not in held]
    if missing:
        yield f"must step all that it is given, and leaves out {some_of(missing)}"
