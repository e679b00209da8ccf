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

    def __init__(self, surface: Surface, rule: Rule, step_settings: StepSettings) -> None:
        self._values = _as_floats(surface)
        self._columns, self._rows = surface.columns, surface.rows
        self._walk = kernel.make_walk(rule.update, rule.look_ahead or stay)
        self._step_settings = step_settings
        self._rule_settings = rule.settings
        self._rule_state: tuple[Any, Any] = ((0.0,) * rule.state, (0.0,) * rule.state)

    def advance(self, walk_state: WalkState, limit: int) -> None:
        before = int(walk_state.steps[0])
        path: list[float] = [0.0] * (2 * limit if walk_state.kept is not None else 0)
        x, y = walk_state.positions[0].tolist()
        x, y, state_x, state_y, step, reason, norm = self._walk(
            self._values,
            self._columns,
            self._rows,
            x,
            y,
            *self._rule_state,
            before,
            limit,
            *self._step_settings,
            self._rule_settings,
            path,
        )
        self._rule_state = (state_x, state_y)
        walk_state.positions[0] = x, y
        walk_state.steps[0], walk_state.reasons[0] = step, reason
        walk_state.norms[0] = norm
        if walk_state.kept is not None:
            walk_state.kept[0].add(np.array(path[: 2 * (step - before)]).reshape(-1, 2))
