"""The Brier score as a loss."""

from collections.abc import Callable

import torch
from torch import Tensor


def brier() -> Callable[[Tensor, Tensor], Tensor]:
    """Return ``loss(logits (N, classes), targets) -> (N,)`` for either form of targets."""

    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        if targets.ndim == 1:
            targets = torch.nn.functional.one_hot(targets, logits.shape[1])
        return (logits.softmax(1) - targets).square().sum(1)

    return loss
