"""Where gradients come from: a surface's samples by differences, or its formula by autograd.

A *field* is a scalar field: it has a value and a gradient at every position of the surface.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from dlvc_cli.descent.surface import Array, Frame, Surface
from dlvc_cli.errors import PluginError, out_of_memory

__all__ = ["ExactField", "Field", "SampledField"]


class Field(Protocol):
    """Values and gradients at positions (K, 2) on a surface."""

    def value(self, points: Array) -> Array:
        """Return the values (K,)."""

    def gradient(self, points: Array) -> Array:
        """Return the gradients (K, 2), a unit of value a grid unit."""


class SampledField:
    """Bilinear interpolation and difference quotients: ``kernel``'s arithmetic on whole batches.

    Args:
        eps: how far to either side a difference quotient reaches, in grid units.
    """

    def __init__(self, surface: Surface, eps: float = 1.0) -> None:
        self._surface = surface
        self._eps = eps
        self._cells = _cells(surface)

    def value(self, points: Array) -> Array:
        return self._height(points[:, 0], points[:, 1])

    def _height(self, x: Array, y: Array) -> Array:
        columns, rows = self._surface.columns, self._surface.rows
        column = np.minimum(x.astype(np.int64), columns - 2)
        row = np.minimum(y.astype(np.int64), rows - 2)
        x, y = x - column, y - row
        a, b, c, d = np.take(self._cells, row * (columns - 1) + column, axis=0).T
        upper = a + x * (b - a)
        return upper + y * (c + x * (d - c) - upper)

    def gradient(self, points: Array) -> Array:
        x, y, eps = points[:, 0], points[:, 1], self._eps
        right, bottom = self._surface.corner
        low, high = np.where(x >= eps, x - eps, x), np.where(x + eps <= right, x + eps, x)
        across = (self._height(high, y) - self._height(low, y)) / (high - low)
        low, high = np.where(y >= eps, y - eps, y), np.where(y + eps <= bottom, y + eps, y)
        down = (self._height(x, high) - self._height(x, low)) / (high - low)
        return np.column_stack([across, down])


@lru_cache(maxsize=1)
def _cells(surface: Surface) -> Array:
    """The four corners of each cell side by side: one access a point instead of four."""
    values = surface.values
    corners = (values[:-1, :-1], values[:-1, 1:], values[1:, :-1], values[1:, 1:])
    return np.stack(corners, axis=-1).reshape(-1, 4)


class ExactField:
    """The formula itself, with gradients by torch's autograd, in the units of the grid."""

    def __init__(self, surface: Surface) -> None:
        assert surface.frame is not None
        self._frame: Frame = surface.frame
        self._size = (surface.rows, surface.columns)
        self._name = surface.name

    def _formula(self, points: Any, xp: Any) -> Any:
        x, y = self._frame.to_plane(points[:, 0], points[:, 1], self._size)
        return (self._frame.formula.function(x, y, xp) - self._frame.offset) / self._frame.scale

    def value(self, points: Array) -> Array:
        return np.asarray(self._formula(points, np), dtype=np.float64)

    def gradient(self, points: Array) -> Array:
        import torch

        leaf = torch.tensor(points, requires_grad=True)
        try:
            (gradient,) = torch.autograd.grad(self._formula(leaf, torch).sum(), leaf)
        except Exception as error:
            if out_of_memory(error):
                raise
            raise PluginError(
                f"The formula of {self._name} cannot be differentiated by torch "
                f"({type(error).__name__}). Leave out --exact."
            ) from error
        slopes: Array = gradient.numpy()
        if not np.isfinite(slopes).all():
            column, row = points[~np.isfinite(slopes).all(axis=1)][0]
            raise PluginError(
                f"The formula of {self._name} has no finite gradient at {column:g},{row:g}. "
                "Leave out --exact."
            )
        return slopes
