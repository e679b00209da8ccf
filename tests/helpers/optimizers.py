"""What the tests of optimisers share: building one, and a small network to train with it."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from dlvc_cli.errors import BadOption
from dlvc_cli.registry.registry import registry


def build(
    text: str, parameters: object, lr: float = 0.01, wd: float = 0.0
) -> torch.optim.Optimizer:
    return registry().choose("optimizers", text).build(parameters, lr=lr, weight_decay=wd)


def check_refused(text: str, message: str) -> None:
    """An optimiser is refused with one sentence that says ``message``."""
    with pytest.raises(BadOption) as caught:
        build(text, network().parameters())
    assert message in str(caught.value)
    assert str(caught.value).endswith(".")


def network(seed: int = 0) -> nn.Sequential:
    """A network with kernels, matrices and vectors of odd sizes among its parameters."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 7, 3), nn.ReLU(), nn.Flatten(), nn.Linear(7 * 36, 5))


def train(net: nn.Module, optimizer: torch.optim.Optimizer, steps: range) -> None:
    for step in steps:
        torch.manual_seed(step)
        images, targets = torch.randn(4, 3, 8, 8), torch.arange(4)
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(images), targets).backward()
        optimizer.step()


def train_double(net: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    torch.manual_seed(0)
    images = torch.randn(4, 3, 8, 8, dtype=torch.float64)
    for _ in range(5):
        optimizer.zero_grad()
        net(images).square().mean().backward()
        optimizer.step()
