"""A surface to descend on: values on a grid, and how the grid lies in the formula's plane."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.contract.formula import Formula

__all__ = ["Array", "Frame", "Surface", "distance_to_nearest"]

Array = NDArray[np.float64]

# Up to so many pairs, comparing them all takes less time than importing scipy's search tree.
_FEW_PAIRS = 2_000_000


@dataclass(frozen=True)
class Frame:
    """Where the grid lies in the formula's plane, and how its values were scaled to [0, 1].

    Attributes:
        formula: the plugin's, with its text and its minima.
        source: where the formula comes from.
        domain: (low, high) of both x and y; the ends are the first and last grid points.
        x_along: whether x runs along the ``columns`` or the ``rows``.
        offset, scale: a value on the grid is (formula - offset) / scale.
    """

    formula: Formula
    source: str
    domain: tuple[float, float]
    x_along: str
    offset: float = 0.0
    scale: float = 1.0

    def to_plane(self, column: Any, row: Any, size: tuple[int, int]) -> tuple[Any, Any]:
        """Return x and y of grid positions, for a grid of ``size`` (rows, columns)."""
        low, high = self.domain
        across = low + column * ((high - low) / (size[1] - 1))
        down = low + row * ((high - low) / (size[0] - 1))
        return (across, down) if self.x_along == "columns" else (down, across)

    def to_grid(self, points: Array, size: tuple[int, int]) -> Array:
        """Return (column, row) of points (K, 2) given as (x, y)."""
        low, high = self.domain
        ordered = points if self.x_along == "columns" else points[:, ::-1]
        return (ordered - low) / (high - low) * (np.array(size[::-1]) - 1)


@dataclass(frozen=True, eq=False)
class Surface:
    """Values in [0, 1] on a grid. Positions are (column, row) in grid units, and may be between.

    Attributes:
        name: what to call it.
        values: (rows, columns).
        start: the default start.
        known: global minima of the formula that lie on this part of it, (K, 2).
        frame: the formula behind the values; None for an image.
        notices: what the user should be told about it, a sentence each.
        lr_by: as in ``SurfaceSpec``.
    """

    name: str
    values: Array
    start: tuple[float, float]
    known: Array
    frame: Frame | None = None
    notices: tuple[str, ...] = ()
    lr_by: str = "optimizer"

    @property
    def rows(self) -> int:
        return int(self.values.shape[0])

    @property
    def columns(self) -> int:
        return int(self.values.shape[1])

    @property
    def corner(self) -> tuple[int, int]:
        """The last grid point, (column, row)."""
        return self.columns - 1, self.rows - 1

    @cached_property
    def lowest(self) -> Array:
        """The grid points of the least value, (K, 2)."""
        rows, columns = np.nonzero(self.values == self.values.min())
        return np.column_stack([columns, rows]).astype(np.float64)

    @cached_property
    def minima(self) -> Array:
        """Where the surface is lowest as far as is known: by formula, and on the grid, (K, 2)."""
        return np.concatenate([self.known, self.lowest])

    def contains(self, points: Array) -> NDArray[np.bool_]:
        """Whether points (..., 2) lie on the surface; NaN doesn't."""
        across, down = self.corner
        x, y = points[..., 0], points[..., 1]
        inside: NDArray[np.bool_] = (x >= 0) & (x <= across) & (y >= 0) & (y <= down)
        return inside


def distance_to_nearest(points: Array, targets: Array) -> Array:
    """Return the Euclidean distance from each of ``points`` (N, 2) to the nearest target (K, 2)."""
    if len(points) * len(targets) <= _FEW_PAIRS:
        gaps = points[:, None] - targets[None]
        nearest: Array = np.sqrt((gaps * gaps).sum(axis=2)).min(axis=1)
        return nearest
    from scipy.spatial import cKDTree

    distances: Array = cKDTree(targets).query(points)[0]
    return distances
