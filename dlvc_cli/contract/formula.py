"""What a surface's factory returns: its function, in words too, and where it is lowest."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any

from dlvc_cli.errors import SpecError

__all__ = ["Formula"]


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A function of two variables.

    Args:
        function: ``(x, y, xp) -> values``, where x, y and the values are arrays of one shape and
            ``xp`` is the module they come from, ``numpy`` or ``torch``: ``xp.sin(x)`` is right for
            both.
        text: the same in plain text, for people: ``x^2 + 2 y^2``.
        minima: the global minima within the surface's own domain, as pairs (x, y), a tuple; ()
            where they are not known.

    Raises:
        SpecError: one of them is something else.
    """

    function: Callable[[Any, Any, Any], Any]
    text: str
    minima: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        if not callable(self.function):
            raise SpecError(
                f"a formula's function must be callable as (x, y, xp), not {self.function!r}"
            )
        if not isinstance(self.text, str):
            raise SpecError(f"a formula's text must be text, not {self.text!r}")
        if not isinstance(self.minima, tuple):
            raise SpecError(f"a formula's minima must be a tuple of pairs, not {self.minima!r}")
        for point in self.minima:
            if not _is_point(point):
                raise SpecError(
                    f"a formula's minima are not pairs of finite numbers (x, y): {point!r}"
                )


def _is_point(value: object) -> bool:
    return (
        isinstance(value, tuple | list)
        and len(value) == 2
        and all(isinstance(number, Real) and math.isfinite(number) for number in value)
    )
