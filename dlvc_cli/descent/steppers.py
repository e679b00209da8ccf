"""What moves a batch of points: an optimiser's array rule, or the torch optimiser itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.descent.surface import Array
from dlvc_cli.errors import DlvcError, UsageError, cause_of, out_of_memory
from dlvc_cli.registry.offers import Choice, guarded

__all__ = ["RuleStepper", "Stepper", "TorchStepper"]


class Stepper(Protocol):
    """Moves points (K, 2), all of which have taken the same number of steps."""

    def ahead(self, points: Array) -> Array:
        """Return where the gradients are to be taken, (K, 2)."""

    def move(self, points: Array, gradients: Array, step: int) -> Array:
        """Return the points after step number ``step`` (from 1)."""

    def unchanged(self) -> NDArray[np.bool_]:
        """Return for which points the last move has left the optimiser's state as it was, (K,)."""

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Forget the points that have come to their end."""


class RuleStepper:
    """Applies a rule to both coordinates of all points at once."""

    def __init__(self, rule: Rule, lr: float, count: int) -> None:
        self._rule = rule
        self._lr = lr
        self._count = count
        self._rule_state: tuple[Array, ...] = tuple(np.zeros((count, 2)) for _ in range(rule.state))
        self._state_before = self._rule_state

    def ahead(self, points: Array) -> Array:
        look = self._rule.look_ahead
        return points if look is None else look(points, self._rule_state, self._rule.settings)

    def move(self, points: Array, gradients: Array, step: int) -> Array:
        self._state_before = self._rule_state
        moved, self._rule_state = self._rule.update(
            points, gradients, self._rule_state, step, self._lr, self._rule.settings, np
        )
        return moved

    def keep(self, kept: NDArray[np.bool_]) -> None:
        self._rule_state = tuple(numbers[kept] for numbers in self._rule_state)
        self._count = int(kept.sum())

    def unchanged(self) -> NDArray[np.bool_]:
        same = np.ones(self._count, dtype=bool)
        for before, after in zip(self._state_before, self._rule_state, strict=True):
            same &= (before == after).all(axis=1)
        return same


class TorchStepper:
    """Lets a torch optimiser move the points: each is a row of one parameter.

    Raises:
        UsageError: the optimiser can't work on such a parameter, or mixes its rows.
    """

    def __init__(self, choice: Choice, lr: float, points: Array) -> None:
        self._name = choice.offer.name
        self._rows = _Rows(choice, lr, points)
        self._try(lambda some: _Rows(choice, lr, some), len(points))
        self._state_before = self._rows.state()

    def _try(self, build: Callable[[Array], _Rows], count: int) -> None:
        """Some steps of three points, together and apart: a batch must not change a walk."""
        rng = np.random.default_rng(0)
        points, gradients = rng.uniform(1, 2, (3, 2)), rng.normal(size=(4, 3, 2))
        kept = np.array([True, False, True])
        try:
            together = build(points)
            apart = [build(points[[k]]) for k in (0, 2)]
            for gradient in gradients[:2]:
                together.step(gradient)
            together.keep(kept)
            for gradient in gradients[2:]:
                together.step(gradient[kept])
            for rows, k in zip(apart, (0, 2), strict=True):
                for gradient in gradients:
                    rows.step(gradient[[k]])
            ends = together.points(), np.concatenate([rows.points() for rows in apart])
        except DlvcError:
            raise
        except Exception as error:
            if out_of_memory(error):
                raise
            raise UsageError(
                f"Optimizer {self._name} cannot descend here ({cause_of(error)}): it must work "
                "on any dense parameter, and without a closure. Try adam."
            ) from error
        if count > 1 and not np.allclose(*ends, rtol=1e-9, equal_nan=True):
            raise UsageError(
                f"Optimizer {self._name} mixes the points of a batch, so that each would walk "
                "otherwise than alone. Give it a single --start."
            )

    def ahead(self, points: Array) -> Array:
        return points

    def move(self, points: Array, gradients: Array, step: int) -> Array:
        self._state_before = self._rows.state()
        self._rows.step(gradients)
        return self._rows.points()

    def unchanged(self) -> NDArray[np.bool_]:
        after = self._rows.state()
        if len(after) != len(self._state_before):
            return np.zeros(len(self._rows.points()), dtype=bool)
        same = np.ones(len(self._rows.points()), dtype=bool)
        for old, new in zip(self._state_before, after, strict=True):
            same &= (old == new).reshape(len(same), -1).all(axis=1)
        return same

    def keep(self, kept: NDArray[np.bool_]) -> None:
        self._rows.keep(kept)


class _Rows:
    """Points as the rows of one parameter, and the optimiser that moves it."""

    def __init__(self, choice: Choice, lr: float, points: Array) -> None:
        import torch

        self._parameter = torch.nn.Parameter(torch.tensor(points, dtype=torch.float64))
        self._optimizer = guarded(
            choice.offer,
            choice.spec.build,
            [{"params": [("points", self._parameter)], "lr": lr}],
            lr=lr,
            weight_decay=0.0,
            **choice.values,
        )

    def points(self) -> Array:
        points: Array = self._parameter.detach().numpy().copy()
        return points

    def step(self, gradients: Array) -> None:
        import torch

        self._parameter.grad = torch.tensor(gradients)
        self._optimizer.step()

    def state(self) -> list[Array]:
        """Return a copy of what the optimiser keeps of each row."""
        return [value.numpy().copy() for _, _, value in self._row_state()]

    def keep(self, kept: NDArray[np.bool_]) -> None:
        import torch

        rows = torch.from_numpy(kept)
        for states, key, value in list(self._row_state()):
            states[key] = value[rows]
        self._parameter.grad = None
        self._parameter.data = self._parameter.data[rows]

    def _row_state(self) -> Iterator[tuple[dict[str, Any], str, Any]]:
        import torch

        count = len(self._parameter)
        for states in self._optimizer.state.values():
            for key, value in states.items():
                if torch.is_tensor(value) and value.ndim > 0 and len(value) == count:
                    yield states, key, value
