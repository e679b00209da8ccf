"""The formulas of the built-in surfaces, in the course's form and in the textbook's.

Each factory returns ``formula(x, y, xp) -> values`` for arrays of one shape from the module
``xp``, which is ``numpy`` or ``torch``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["beale", "madsen", "schaffer"]

Formula = Callable[[Any, Any, Any], Any]


def beale(form: str = "course") -> Formula:
    """Beale's function; the course's has no powers of y."""
    second, third = (2, 3) if form == "textbook" else (1, 1)

    def formula(x: Any, y: Any, xp: Any) -> Any:
        return (
            (1.5 - x + x * y) ** 2
            + (2.25 - x + x * y**second) ** 2
            + (2.625 - x + x * y**third) ** 2
        )

    return formula


def madsen(form: str = "course") -> Formula:
    """Madsen's three functions as a sum of squares, or the course's sum of terms."""

    def textbook(x: Any, y: Any, xp: Any) -> Any:
        return (x**2 + x * y + y**2) ** 2 + xp.sin(x) ** 2 + xp.cos(y) ** 2

    def course(x: Any, y: Any, xp: Any) -> Any:
        return x**2 + x * y + y**2 + xp.sin(y) + xp.cos(y)

    return textbook if form == "textbook" else course


def schaffer(form: str = "course") -> Formula:
    """Schaffer's function N. 4; the course's doesn't square the cosine."""
    power = 2 if form == "textbook" else 1

    def formula(x: Any, y: Any, xp: Any) -> Any:
        wave = xp.cos(xp.sin(xp.abs(x**2 - y**2))) ** power
        return 0.5 + (wave - 0.5) / (1 + 0.001 * (x**2 + y**2)) ** 2

    return formula
