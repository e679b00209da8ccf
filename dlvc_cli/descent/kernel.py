"""One walk over a sampled surface, in plain arithmetic on floats.

``single`` walks one point with these functions as they are, on Python's own floats; ``compiled``
hands their source to numba, for thousands of points. So they use nothing but ``math``. That there
is no NumPy here is on purpose: to Python, reading an element of an array costs as much as ten
operations on floats.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

__all__ = ["GRADIENT", "LEFT", "MAX_STEPS", "RUNNING", "STUCK", "height", "make_walk", "slope"]

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


def make_walk(update: Callable[..., Any], look_ahead: Callable[..., Any]) -> Callable[..., Any]:
    """Return the ``walk`` of an optimiser: a function that goes on with a walk.

    ``walk(values, columns, rows, x, y, state_x, state_y, step, limit, lr, eps, stop, max_steps,
    rule_settings, path)`` goes on with a walk that has taken ``step`` steps, for ``limit`` more at
    most, and returns (x, y, state_x, state_y, step, reason, norm of the last gradient).

    * values, columns, rows: the grid, flat, row after row.
    * x, y: where the walk is.
    * state_x, state_y: what the optimiser's rule keeps for x and for y, a tuple each.
    * lr, eps, stop, max_steps: as in ``DescentConfig``.
    * rule_settings: the rule's own.
    * path: a flat sequence that takes x and y after each step, or an empty one.

    Args:
        update, look_ahead: the rule's.
    """

    def walk(
        values: Any,
        columns: int,
        rows: int,
        x: float,
        y: float,
        state_x: Any,
        state_y: Any,
        step: int,
        limit: int,
        lr: float,
        eps: float,
        stop: float,
        max_steps: int,
        rule_settings: Any,
        path: Any,
    ) -> tuple[float, float, Any, Any, int, int, float]:
        right = columns - 1.0
        bottom = rows - 1.0
        keep = len(path) > 0
        norm = 0.0
        for taken in range(limit):
            ahead_x = min(max(look_ahead(x, state_x, rule_settings), 0.0), right)
            ahead_y = min(max(look_ahead(y, state_y, rule_settings), 0.0), bottom)
            if ahead_x != ahead_x or ahead_y != ahead_y:  # not a number: the state has overflowed
                return x, y, state_x, state_y, step, LEFT, norm
            slope_x, slope_y = slope(values, columns, rows, ahead_x, ahead_y, eps)
            norm = math.sqrt(slope_x * slope_x + slope_y * slope_y)
            if norm < stop:
                # Where the gradient is taken ahead, it must be small where the walk stands, too.
                slope_x_here, slope_y_here = slope(values, columns, rows, x, y, eps)
                here = math.sqrt(slope_x_here * slope_x_here + slope_y_here * slope_y_here)
                if here < stop:
                    return x, y, state_x, state_y, step, GRADIENT, here
            if step >= max_steps:
                return x, y, state_x, state_y, step, MAX_STEPS, norm
            new_x, new_state_x = update(x, slope_x, state_x, step + 1, lr, rule_settings, math)
            new_y, new_state_y = update(y, slope_y, state_y, step + 1, lr, rule_settings, math)
            if not (0.0 <= new_x <= right and 0.0 <= new_y <= bottom):
                return x, y, state_x, state_y, step, LEFT, norm
            # An optimiser may pause for a step and go on: then its state has changed.
            if new_x == x and new_y == y and new_state_x == state_x and new_state_y == state_y:
                return x, y, state_x, state_y, step, STUCK, norm
            x, state_x = new_x, new_state_x
            y, state_y = new_y, new_state_y
            step += 1
            if keep:
                path[2 * taken] = x
                path[2 * taken + 1] = y
        return x, y, state_x, state_y, step, RUNNING, norm

    return walk
