"""The engine of a single walk: the kernel on Python's own floats."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.descent import kernel
from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.walk_state import StepSettings, WalkState

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

    def __init__(self, surface: Surface, rule: Rule, settings: StepSettings) -> None:
        self._values = _as_floats(surface)
        self._columns, self._rows = surface.columns, surface.rows
        self._rule = rule
        self._step_settings = settings
        self._state: tuple[Any, Any] = ((0.0,) * rule.state, (0.0,) * rule.state)

    def advance(self, state: WalkState, limit: int) -> None:
        rule, settings = self._rule, self._step_settings
        before = int(state.steps[0])
        path: list[float] = [0.0] * (2 * limit if state.pieces is not None else 0)
        x, y = state.positions[0].tolist()
        x, y, across, down, step, reason, norm = kernel.walk(
            self._values,
            self._columns,
            self._rows,
            x,
            y,
            *self._state,
            before,
            limit,
            settings.lr,
            settings.eps,
            settings.stop,
            settings.max_steps,
            rule.settings,
            rule.update,
            rule.look_ahead or stay,
            path,
        )
        self._state = (across, down)
        state.positions[0] = x, y
        state.steps[0], state.reasons[0], state.norms[0] = step, reason, norm
        if state.pieces is not None:
            state.pieces[0].append(np.array(path[: 2 * (step - before)]).reshape(-1, 2))
