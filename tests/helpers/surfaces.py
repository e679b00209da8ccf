"""What the tests of surfaces share: a surface by its option string, its values and its slopes."""

from __future__ import annotations

import numpy as np
import torch

from dlvc_cli import SurfaceSpec
from dlvc_cli.registry.offers import Choice
from dlvc_cli.registry.registry import registry

__all__ = ["at", "choose", "gradients", "grid"]


def choose(text: str) -> Choice:
    """What an option string such as ``beale:form=textbook`` stands for."""
    return registry().choose("surfaces", text)


def at(text: str, x: float, y: float) -> float:
    """The value at a point."""
    return float(choose(text).build().function(np.float64(x), np.float64(y), np))


def grid(spec: SurfaceSpec, size: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """x and y of each grid point (row, column), both ends of the domain included."""
    ticks = np.linspace(*spec.domain, size)
    along_columns, along_rows = np.meshgrid(ticks, ticks)
    if spec.x_along == "columns":
        return along_columns, along_rows
    return along_rows, along_columns


def gradients(choice: Choice, points: np.ndarray) -> torch.Tensor:
    """The slopes (2, N) at points (N, 2), by autograd."""
    xs, ys = torch.tensor(points, dtype=torch.float64).T.requires_grad_()
    return torch.stack(torch.autograd.grad(choice.build().function(xs, ys, torch).sum(), (xs, ys)))
