"""Gradient descent without dlvc, as one would write it first: the alternatives to its engines.

All take plain steps at lr 10 with central differences at eps 1 on bilinearly interpolated values,
all 16 reads a step, and stay away from the border.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["loop", "loop_on_floats", "torch_batch"]

LR, EPS = 10.0, 1.0

Array = NDArray[np.float64]


def loop(values: Array, start: tuple[float, float], steps: int) -> Array:
    """A plain Python loop over one point, which is an array (2,)."""

    def height(point: Array) -> np.float64:
        column, row = np.minimum(point.astype(int), np.array(values.shape)[::-1] - 2)
        x, y = point - (column, row)
        upper = values[row, column] * (1 - x) + values[row, column + 1] * x
        lower = values[row + 1, column] * (1 - x) + values[row + 1, column + 1] * x
        return np.float64(upper * (1 - y) + lower * y)

    point = np.array(start, dtype=np.float64)
    gradient = np.zeros(2)
    for _ in range(steps):
        for axis in range(2):
            shift = np.zeros(2)
            shift[axis] = EPS
            gradient[axis] = (height(point + shift) - height(point - shift)) / (2 * EPS)
        point = point - LR * gradient
    return point


def loop_on_floats(values: Array, start: tuple[float, float], steps: int) -> tuple[float, float]:
    """The same with two floats for a point, and none of NumPy's small arrays."""

    def height(x: float, y: float) -> float:
        column, row = min(int(x), values.shape[1] - 2), min(int(y), values.shape[0] - 2)
        x, y = x - column, y - row
        upper = values[row, column] * (1 - x) + values[row, column + 1] * x
        lower = values[row + 1, column] * (1 - x) + values[row + 1, column + 1] * x
        return float(upper * (1 - y) + lower * y)

    x, y = start
    for _ in range(steps):
        across = (height(x + EPS, y) - height(x - EPS, y)) / (2 * EPS)
        down = (height(x, y + EPS) - height(x, y - EPS)) / (2 * EPS)
        x, y = x - LR * across, y - LR * down
    return x, y


def torch_batch(values: Array, starts: Array, compiled: bool) -> Callable[[int], Any]:
    """Return a function that takes so many steps with all ``starts`` (N, 2) at once in torch."""
    import torch

    flat = torch.from_numpy(values).reshape(-1)
    rows, columns = values.shape

    def height(x: Any, y: Any) -> Any:
        column = x.long().clamp(max=columns - 2)
        row = y.long().clamp(max=rows - 2)
        x, y = x - column, y - row
        corner = row * columns + column
        upper = flat[corner] * (1 - x) + flat[corner + 1] * x
        lower = flat[corner + columns] * (1 - x) + flat[corner + columns + 1] * x
        return upper * (1 - y) + lower * y

    def step(x: Any, y: Any) -> Any:
        across = (height(x + EPS, y) - height(x - EPS, y)) / (2 * EPS)
        down = (height(x, y + EPS) - height(x, y - EPS)) / (2 * EPS)
        return x - LR * across, y - LR * down

    one_step = torch.compile(step) if compiled else step

    def run(steps: int) -> Any:
        x, y = (torch.from_numpy(starts[:, k].copy()) for k in range(2))
        with torch.no_grad():
            for _ in range(steps):
                x, y = one_step(x, y)
        return torch.stack([x, y], dim=1).numpy()

    return run
