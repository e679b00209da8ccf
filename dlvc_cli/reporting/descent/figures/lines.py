"""Paths and curves as lines: no more points than are seen, and a rim, by which each stays visible
where they lie on each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dlvc_cli.descent.kept_path import Steps
from dlvc_cli.descent.surface import Array, distance_to_nearest
from dlvc_cli.reporting.descent.figures.canvas import rim

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_lines", "thin_curve", "thin_path"]

# A curve is drawn in so many stretches, two points each: one of 100,000 steps looks the same.
_STRETCHES = 700

# In pixels: how near lines count as one, and how far apart points are compared. More lines than
# these are not told apart anyway.
_NEAR, _SPACING, _MOST = 3.0, 4.0, 12
# Two lines are one where that share of the shorter lies on the longer.
_SHARE = 0.7
# A stripe and what lies between, in widths of the line.
_PERIOD = 9.0
# So many lines, or one that is so many pixels long, would cover everything if it were as wide.
_THICK, _LONG = 8, 4000.0


def draw_lines(axes: Axes, lines: Sequence[tuple[Array, str]]) -> None:
    """Draw lines, given by points (K, 2) and colour; those that coincide become one with stripes.

    The axes must have their limits already.
    """
    for (points, colour), (place, count) in zip(lines, _groups(axes, lines), strict=True):
        thin = len(lines) > _THICK or _length(axes.transData.transform(points)) > _LONG
        width = 0.8 if thin else 1.6
        # Each line leaves gaps through which those below are seen, all for an equal share.
        gap = _PERIOD * place / count
        axes.plot(
            points[:, 0],
            points[:, 1],
            color=colour,
            linewidth=width,
            linestyle=(0, (_PERIOD - gap, gap)) if place else "solid",
            dash_capstyle="butt",
            solid_joinstyle="round",
            path_effects=rim(colour, width),
            zorder=3,
        )


def _groups(axes: Axes, lines: Sequence[tuple[Array, str]]) -> list[tuple[int, int]]:
    """For each line its place among those that coincide with it, and how many they are."""
    if not 1 < len(lines) <= _MOST:
        return [(0, 1)] * len(lines)
    drawn = [_spaced(axes.transData.transform(points)) for points, _ in lines]
    leaders: list[int] = []
    for k, line in enumerate(drawn):
        same = (j for j in range(k) if leaders[j] == j and _coincide(drawn[j], line))
        leaders.append(next(same, k))
    return [(leaders[:k].count(lead), leaders.count(lead)) for k, lead in enumerate(leaders)]


def _spaced(pixels: Array) -> Array:
    """Points at even distances along a line."""
    pixels = pixels[np.isfinite(pixels).all(axis=1)]
    lengths = np.hypot(*np.diff(pixels, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    places = np.linspace(0, along[-1], min(int(along[-1] / _SPACING) + 2, 1000))
    return np.column_stack([np.interp(places, along, axis) for axis in pixels.T])


def _length(pixels: Array) -> float:
    return float(np.nansum(np.hypot(*np.diff(pixels, axis=0).T)))


def _coincide(one: Array, other: Array) -> bool:
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return bool((distance_to_nearest(short, long) < _NEAR).mean() > _SHARE)


def thin_path(path: Array, unit: float) -> Array:
    """Return what of a path (K, 2) is worth drawing, its first and last point among it.

    Steps that stay in a square of ``unit`` grid units are left out, and moves between the same
    squares are made once: a walk that swings to and fro for thousands of steps looks the same.

    Returns:
        (K, 2); a row of NaN where the line is interrupted.
    """
    squares = np.floor(path / unit).astype(np.int64)
    moved = np.ones(len(path), dtype=bool)
    moved[1:-1] = (squares[1:-1] != squares[:-2]).any(axis=1)
    kept = np.flatnonzero(moved)
    squares = squares[kept]
    _, first = np.unique(np.hstack([squares[:-1], squares[1:]]), axis=0, return_index=True)
    new = np.zeros(len(kept), dtype=bool)
    new[first] = True
    # A point stays if the move to it or from it does.
    ends = new.copy()
    ends[1:] |= new[:-1]
    ends[[0, -1]] = True
    points = path[kept[ends]]
    gaps = np.flatnonzero(~new[ends][:-1]) + 1
    return np.insert(points, gaps, np.nan, axis=0)


def thin_curve(steps: Steps, values: Array, log: bool) -> tuple[Array, Array]:
    """Return (steps, values) to draw instead of all: in each of some hundred stretches the highest
    and the lowest value, so that no swing is lost.

    Args:
        steps: those of the values, from 0 on.
        log: whether stretches are even on a logarithmic axis of steps.
    """
    count = len(values)
    if count <= 2 * _STRETCHES:
        return steps.astype(np.float64), values
    last = steps[-1]
    ends = np.geomspace(1, last + 1, _STRETCHES) - 1 if log else np.linspace(0, last, _STRETCHES)
    firsts = np.unique(np.searchsorted(steps, ends.astype(np.int64)))
    low, high = np.minimum.reduceat(values, firsts), np.maximum.reduceat(values, firsts)
    falling = values[firsts] >= values[np.append(firsts[1:], count) - 1]
    pairs = np.where(falling[:, None], np.stack([high, low], 1), np.stack([low, high], 1))
    drawn = np.append(np.repeat(steps[firsts], 2), last).astype(np.float64)
    return drawn, np.append(pairs.ravel(), values[-1])
