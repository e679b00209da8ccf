"""Fewer points to draw: paths and curves of 100,000 steps that look the same with thousands."""

from __future__ import annotations

import numpy as np

from dlvc_cli.descent.surface import Array

__all__ = ["thin_curve", "thin_path"]

_STRETCHES = 700


def thin_path(path: Array, unit: float) -> Array:
    """Return what of a path (steps + 1, 2) is worth drawing, its first and last point among it.

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


def thin_curve(values: Array, log: bool) -> tuple[Array, Array]:
    """Return (steps, values) to draw instead of a value a step: in each of some hundred stretches
    the highest and the lowest, so that no swing is lost.

    Args:
        log: whether stretches are even on a logarithmic axis of steps.
    """
    count = len(values)
    if count <= 2 * _STRETCHES:
        return np.arange(count, dtype=np.float64), values
    ends = np.geomspace(1, count, _STRETCHES) - 1 if log else np.linspace(0, count - 1, _STRETCHES)
    firsts = np.unique(ends.astype(np.int64))
    low, high = np.minimum.reduceat(values, firsts), np.maximum.reduceat(values, firsts)
    falling = values[firsts] >= values[np.append(firsts[1:], count) - 1]
    pairs = np.where(falling[:, None], np.stack([high, low], 1), np.stack([low, high], 1))
    steps = np.append(np.repeat(firsts, 2), count - 1).astype(np.float64)
    return steps, np.append(pairs.ravel(), values[-1])
