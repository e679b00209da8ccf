"""What an axis shows, and when it is logarithmic: the one place that decides it, for the terminal,
figures and pages.

The page's scripts decide in JavaScript: they are handed the numbers below.
"""

from __future__ import annotations

__all__ = [
    "EARLY_SHARE",
    "FALL_SHARE",
    "FEW_STEPS",
    "WIDE_RATIO",
    "log_colours",
    "log_steps",
    "log_values",
    "value_limits",
]

WIDE_RATIO = 30.0
"""An axis of values is logarithmic where the largest is more than so many times the smallest."""

# Shades are told apart less well than heights.
_WIDE_RATIO_OF_COLOURS = 10.0

FEW_STEPS = 100
"""An axis of no more steps than these is never logarithmic."""

FALL_SHARE = 0.9
"""So much of all that a value falls is most of its fall."""

EARLY_SHARE = 0.06
"""Most of the fall is early where it has happened within this share of the steps."""


def log_values(low: float, high: float) -> bool:
    """Whether an axis of values from ``low`` to ``high`` is logarithmic: they are positive, and
    differ widely."""
    return low > 0 and high / low > WIDE_RATIO


def value_limits(low: float, high: float, room: float = 0.06) -> tuple[float, float]:
    """The ends of an axis, not logarithmic, of values from ``low`` to ``high``.

    Args:
        room: below and above them, as a share of their range.
    """
    # A value that stays the same is a line, not a line among its rounding errors.
    spread = high - low if high - low > 1e-12 * abs(high) else 0.2 * abs(high) or 1.0
    return low - room * spread, high + room * spread


def log_colours(low: float, high: float) -> bool:
    """Whether colours for numbers from ``low`` to ``high`` follow their logarithm."""
    return low > 0 and high / low > _WIDE_RATIO_OF_COLOURS


def log_steps(steps: int, most_fallen: float) -> bool:
    """Whether an axis of ``steps`` steps is logarithmic: they are many, and the fall is early.

    Args:
        most_fallen: the step by which most of the fall (``FALL_SHARE``) has happened; of several
            walks, their median.
    """
    return steps > FEW_STEPS and most_fallen < EARLY_SHARE * steps
