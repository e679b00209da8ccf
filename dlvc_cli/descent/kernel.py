"""One walk over a sampled surface, in plain arithmetic on floats.

As it stands, this module walks a single point with Python's own floats. ``compiled`` hands the
source of the same functions to numba, for thousands of points. So they import nothing but math and
numpy's absence is on purpose: an array access costs a float's arithmetic ten times over.
"""

from __future__ import annotations

import math
from typing import Any

__all__ = ["GRADIENT", "LEFT", "MAX_STEPS", "RUNNING", "STUCK", "height", "slope", "walk"]

# Why a walk has ended; RUNNING where it has not.
RUNNING, GRADIENT, MAX_STEPS, LEFT, STUCK = 0, 1, 2, 3, 4


def height(values: Any, columns: int, rows: int, x: float, y: float) -> float:
    """The value at column x and row y between grid points, bilinearly interpolated.

    Args:
        values: a flat sequence, row after row.
    """
    column = int(x)
    row = int(y)
    if column > columns - 2:
        column = columns - 2
    if row > rows - 2:
        row = rows - 2
    x -= column
    y -= row
    corner = row * columns + column
    left = values[corner]
    upper = left + x * (values[corner + 1] - left)
    corner += columns
    left = values[corner]
    return upper + y * (left + x * (values[corner + 1] - left) - upper)


def slope(
    values: Any, columns: int, rows: int, x: float, y: float, eps: float
) -> tuple[float, float]:
    """The gradient at (x, y): central differences, one-sided within ``eps`` of the border."""
    low = x - eps if x >= eps else x
    high = x + eps if x + eps <= columns - 1 else x
    across = height(values, columns, rows, high, y) - height(values, columns, rows, low, y)
    across /= high - low
    low = y - eps if y >= eps else y
    high = y + eps if y + eps <= rows - 1 else y
    down = height(values, columns, rows, x, high) - height(values, columns, rows, x, low)
    return across, down / (high - low)


def walk(
    values: Any,
    columns: int,
    rows: int,
    x: float,
    y: float,
    across: Any,
    down: Any,
    step: int,
    limit: int,
    lr: float,
    eps: float,
    stop: float,
    max_steps: int,
    settings: Any,
    update: Any,
    look_ahead: Any,
    path: Any,
) -> tuple[float, float, Any, Any, int, int, float]:
    """Go on with a walk that has taken ``step`` steps, for ``limit`` more at most.

    Args:
        values, columns, rows: the grid, flat, row after row.
        x, y: where it is.
        across, down: the rule's state for x and y.
        lr, eps, stop, max_steps: as in ``DescentConfig``.
        settings, update, look_ahead: the rule's.
        path: a flat sequence that takes x and y after each step, or an empty one.

    Returns:
        (x, y, across, down, step, reason, norm of the last gradient).
    """
    right = columns - 1.0
    bottom = rows - 1.0
    keep = len(path) > 0
    norm = 0.0
    for taken in range(limit):
        ahead_x = min(max(look_ahead(x, across, settings), 0.0), right)
        ahead_y = min(max(look_ahead(y, down, settings), 0.0), bottom)
        if ahead_x != ahead_x or ahead_y != ahead_y:  # not a number: the state has overflowed
            return x, y, across, down, step, LEFT, norm
        slope_x, slope_y = slope(values, columns, rows, ahead_x, ahead_y, eps)
        norm = math.sqrt(slope_x * slope_x + slope_y * slope_y)
        if norm < stop:
            # Where the gradient is taken ahead, it must be small where the walk stands, too.
            slope_x_here, slope_y_here = slope(values, columns, rows, x, y, eps)
            here = math.sqrt(slope_x_here * slope_x_here + slope_y_here * slope_y_here)
            if here < stop:
                return x, y, across, down, step, GRADIENT, here
        if step >= max_steps:
            return x, y, across, down, step, MAX_STEPS, norm
        new_x, new_across = update(x, slope_x, across, step + 1, lr, settings, math)
        new_y, new_down = update(y, slope_y, down, step + 1, lr, settings, math)
        if not (0.0 <= new_x <= right and 0.0 <= new_y <= bottom):
            return x, y, across, down, step, LEFT, norm
        # An optimiser may pause for a step and go on: then its state has changed.
        if new_x == x and new_y == y and new_across == across and new_down == down:
            return x, y, across, down, step, STUCK, norm
        x, across = new_x, new_across
        y, down = new_y, new_down
        step += 1
        if keep:
            path[2 * taken] = x
            path[2 * taken + 1] = y
    return x, y, across, down, step, RUNNING, norm
