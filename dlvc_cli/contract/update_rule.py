"""What an optimiser's array rule is: its update, a coordinate at a time, in plain arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any

from dlvc_cli.errors import SpecError

__all__ = ["Rule"]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """An update for descent, written once for one point and for many.

    The same functions serve a single walk (floats), many at once (NumPy arrays (N, 2)) and a
    compiled kernel (floats again). So they are module-level functions of plain arithmetic:
    operators, ``abs``, ``if`` on settings alone, and ``xp.sqrt``, ``xp.exp`` and the like, where
    ``xp`` is ``math`` or ``numpy``. They may call other such functions and use numbers of their
    module; of other modules they may use only ``math``, ``numpy`` and such functions. Division by
    0 ends a walk among many (it leaves the surface), and is an error in a single one.

    Args:
        update: ``(x, gradient, state, step, lr, settings, xp) -> (x, state)``. ``x`` and
            ``gradient`` are a coordinate and the slope along it, ``state`` a tuple of numbers kept
            for that coordinate, all 0 before the first step; ``step`` counts from 1.
        state: how many numbers ``state`` has.
        settings: the numbers that the update is called with.
        look_ahead: ``(x, state, settings) -> x``, where the gradient is to be taken; None for
            ``x`` itself.

    Raises:
        SpecError: one of them is something else.
    """

    update: Callable[..., Any]
    state: int = 0
    settings: tuple[float, ...] = ()
    look_ahead: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        if not callable(self.update):
            raise SpecError(f"a rule's update must be a function, not {self.update!r:.40}")
        if self.look_ahead is not None and not callable(self.look_ahead):
            raise SpecError(f"a rule's look_ahead must be a function, not {self.look_ahead!r:.40}")
        whole = isinstance(self.state, int) and not isinstance(self.state, bool)
        if not whole or self.state < 0:
            raise SpecError(f"a rule's state must be how many numbers it has, not {self.state!r}")
        if not isinstance(self.settings, tuple) or not all(
            isinstance(number, Real) for number in self.settings
        ):
            raise SpecError(f"a rule's settings must be a tuple of numbers, not {self.settings!r}")
