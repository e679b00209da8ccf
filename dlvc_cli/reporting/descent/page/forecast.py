"""What a grid's values should be, by those that come before them row by row.

Where a surface is its own mirror image, a value's counterpart tells it; elsewhere the polynomial
through its neighbours does. Each forecast is made of sums of whole multiples, in a fixed order: it
is the same to the last bit in the page's scripts (``assets/undo_forecast.js``), which make it anew.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["HIGHEST_ORDER", "MIRRORS", "Forecast", "choose_forecast", "weights"]

HIGHEST_ORDER = 5
# A forecast is judged by so many strips of so many rows; a mirror by so many values, and it must
# save more than so many bits of each.
_STRIPS, _STRIP = 4, 12
_SAMPLES, _WORTH = 20_000, 0.5

Grid = NDArray[Any]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Forecast:
    """A way to tell values.

    Attributes:
        order: how many neighbours to the left and above the polynomial goes through.
        mirrors: names of ``MIRRORS``; the first that has a value's counterpart tells it.
    """

    order: tuple[int, int]
    mirrors: tuple[str, ...] = ()

    def of(self, values: Grid) -> Grid:
        """The forecast of each value, of their type."""
        told = _polynomial(values, self.order)
        for name in reversed(self.mirrors):
            row, column, known = MIRRORS[name](*np.indices(values.shape, sparse=True), values.shape)
            mirrored = np.broadcast_to(values[row, column], values.shape)
            told = np.where(np.broadcast_to(known, values.shape), mirrored, told)
        return told


def _transposed(row: Places, column: Places, shape: tuple[int, ...]) -> tuple[Any, Any, Any]:
    return column % shape[0], row % shape[1], (column < row) & (shape[0] == shape[1])


def _columns(row: Places, column: Places, shape: tuple[int, ...]) -> tuple[Any, Any, Any]:
    other = shape[1] - 1 - column
    return row, other, other < column


def _rows(row: Places, column: Places, shape: tuple[int, ...]) -> tuple[Any, Any, Any]:
    other = shape[0] - 1 - row
    return other, column, other < row


MIRRORS: dict[str, Callable[..., tuple[Any, Any, Any]]] = {
    "transposed": _transposed,
    "columns": _columns,
    "rows": _rows,
}
"""Where a value's counterpart is, (row, column), and whether it comes before the value."""


def weights(across: int, down: int) -> list[tuple[int, int, int]]:
    """The polynomial's sum, in order: (rows up, columns to the left, weight)."""
    return [
        (j, i, (-1) ** (i + j + 1) * math.comb(across, i) * math.comb(down, j))
        for j, i in itertools.product(range(down + 1), range(across + 1))
        if (i, j) != (0, 0)
    ]


def _polynomial(values: Grid, order: tuple[int, int]) -> Grid:
    """By the neighbours; where the border leaves fewer, by as many as there are."""
    rows, columns = values.shape
    told = np.zeros_like(values)
    across, down = order
    for j in range(min(down + 1, rows)):
        top, bottom = j, rows if j == down else j + 1
        for i in range(min(across + 1, columns)):
            left, right = i, columns if i == across else i + 1
            total = np.zeros((bottom - top, right - left), _wide(values))
            for up, back, weight in weights(i, j):
                part = values[top - up : bottom - up, left - back : right - back]
                total += weight * part.astype(total.dtype)
            told[top:bottom, left:right] = _within(total, values.dtype)
    return told


def _wide(values: Grid) -> Any:
    return np.float64 if values.dtype == np.float64 else np.int64


def _within(total: Grid, dtype: Any) -> Grid:
    """Values of a surface are never below 0; whole numbers end where their type does."""
    if dtype == np.float64:
        return np.where(total > 0, total, 0.0)
    return np.clip(total, 0, np.iinfo(dtype).max).astype(dtype)


def choose_forecast(values: Grid, length: Callable[[Grid, Forecast], int]) -> Forecast:
    """The forecast that leaves the least.

    Args:
        values: (rows, columns).
        length: how much a forecast leaves of some values; it is asked about strips of them.
    """
    rows = min(_STRIP, len(values))
    tops = np.linspace(0, len(values) - rows, _STRIPS).round().astype(int)
    strips = [np.ascontiguousarray(values[top : top + rows]) for top in tops]
    upto = range(HIGHEST_ORDER + 1)
    orders: list[tuple[int, int]] = [(i, j) for j in upto for i in upto if i + j > 0]
    forecasts = [Forecast(order) for order in orders]
    best = min(forecasts, key=lambda forecast: sum(length(strip, forecast) for strip in strips))
    return Forecast(best.order, tuple(_worthwhile(values, best.of(values))))


def _worthwhile(values: Grid, told: Grid) -> list[str]:
    """The mirrors that tell more than the polynomial does, the best first."""
    rng = np.random.default_rng(0)
    row, column = (rng.integers(0, side, _SAMPLES) for side in values.shape)
    here, by_neighbours = values[row, column], told[row, column]
    gains = {}
    for name, mirror in MIRRORS.items():
        other_row, other_column, known = mirror(row, column, values.shape)
        bits = _bits(here, by_neighbours) - _bits(here, values[other_row, other_column])
        if known.any() and bits[known].mean() > _WORTH:
            gains[name] = bits[known].mean()
    return sorted(gains, key=lambda name: -gains[name])


def _bits(values: Grid, told: Grid) -> Grid:
    """About how many bits it takes to tell values from forecasts."""
    signed = np.dtype(f"i{values.dtype.itemsize}")
    bits: Grid = np.log2(np.abs((values.view(signed) - told.view(signed)).astype(np.float64)) + 1)
    return bits
