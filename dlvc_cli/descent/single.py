"""The engine of a single walk: the kernel on Python's own floats."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from dlvc_cli.descent import kernel
from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.walkers import Numbers, Walkers
from dlvc_cli.rules import Rule

__all__ = ["SingleEngine", "stay"]


def stay(x: float, state: Any, settings: Any) -> float:
    """The look-ahead of a rule that has none."""
    return x


@lru_cache(maxsize=1)
def _as_floats(surface: Surface) -> list[float]:
    """The values row after row, as Python's own floats."""
    floats: list[float] = surface.values.ravel().tolist()
    return floats


class SingleEngine:
    """Walks one point over a sampled surface."""

    def __init__(self, surface: Surface, rule: Rule, numbers: Numbers) -> None:
        self._values = _as_floats(surface)
        self._columns, self._rows = surface.columns, surface.rows
        self._rule = rule
        self._numbers = numbers
        self._state: tuple[Any, Any] = ((0.0,) * rule.state, (0.0,) * rule.state)

    def advance(self, walkers: Walkers, limit: int) -> None:
        rule, numbers = self._rule, self._numbers
        before = int(walkers.steps[0])
        path: list[float] = [0.0] * (2 * limit if walkers.pieces is not None else 0)
        x, y = walkers.positions[0].tolist()
        x, y, across, down, step, reason, norm = kernel.walk(
            self._values,
            self._columns,
            self._rows,
            x,
            y,
            *self._state,
            before,
            limit,
            numbers.lr,
            numbers.eps,
            numbers.stop,
            numbers.max_steps,
            rule.settings,
            rule.update,
            rule.look_ahead or stay,
            path,
        )
        self._state = (across, down)
        walkers.positions[0] = x, y
        walkers.steps[0], walkers.reasons[0], walkers.norms[0] = step, reason, norm
        if walkers.pieces is not None:
            walkers.pieces[0].append(np.array(path[: 2 * (step - before)]).reshape(-1, 2))
