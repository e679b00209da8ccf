"""What moves a batch of points: an optimiser's array rule, or the torch optimiser itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.descent.surface import Array
from dlvc_cli.errors import DlvcError, UsageError
from dlvc_cli.registry import Choice, describe, guarded
from dlvc_cli.rules import Rule

__all__ = ["RuleStepper", "Stepper", "TorchStepper"]


class Stepper(Protocol):
    """Moves points (K, 2), all of which have taken the same number of steps."""

    def ahead(self, points: Array) -> Array:
        """Return where the gradients are to be taken, (K, 2)."""

    def move(self, points: Array, gradients: Array, step: int) -> Array:
        """Return the points after step number ``step`` (from 1)."""

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Forget the points that have come to their end."""


class RuleStepper:
    """Applies a rule to both coordinates of all points at once."""

    def __init__(self, rule: Rule, lr: float, count: int) -> None:
        self._rule = rule
        self._lr = lr
        self._state: tuple[Array, ...] = tuple(np.zeros((count, 2)) for _ in range(rule.state))

    def ahead(self, points: Array) -> Array:
        look = self._rule.look_ahead
        return points if look is None else look(points, self._state, self._rule.settings)

    def move(self, points: Array, gradients: Array, step: int) -> Array:
        moved, self._state = self._rule.update(
            points, gradients, self._state, step, self._lr, self._rule.settings, np
        )
        return moved

    def keep(self, kept: NDArray[np.bool_]) -> None:
        self._state = tuple(numbers[kept] for numbers in self._state)


class TorchStepper:
    """Lets a torch optimiser move the points: each is a row of one parameter.

    Raises:
        UsageError: the optimiser can't work on such a parameter, or mixes its rows.
    """

    def __init__(self, choice: Choice, lr: float, points: Array) -> None:
        self._name = choice.offer.name
        build = _builder(choice, lr)
        self._try(build, len(points))
        self._parameter, self._optimizer = build(points)

    def _try(self, build: Callable[[Array], _Moved], count: int) -> None:
        """Three steps of two points, together and apart: a batch must not change a walk."""
        rng = np.random.default_rng(0)
        points, gradients = rng.uniform(1, 2, (2, 2)), rng.normal(size=(3, 2, 2))
        try:
            together = _steps(build(points), gradients)
            apart = [_steps(build(points[[k]]), gradients[:, [k]]) for k in range(2)]
        except DlvcError:
            raise
        except Exception as error:
            raise UsageError(
                f"Optimizer {self._name} cannot descend here ({describe(error)}): it must work "
                "on any dense parameter, and without a closure. Try adam."
            ) from error
        if count > 1 and not np.allclose(together, np.concatenate(apart), rtol=1e-9):
            raise UsageError(
                f"Optimizer {self._name} mixes the points of a batch, so that each would walk "
                "otherwise than alone. Give it a single --start."
            )

    def ahead(self, points: Array) -> Array:
        return points

    def move(self, points: Array, gradients: Array, step: int) -> Array:
        return _steps((self._parameter, self._optimizer), gradients[None])

    def keep(self, kept: NDArray[np.bool_]) -> None:
        import torch

        rows = torch.from_numpy(kept)
        shape = self._parameter.shape
        for states in self._optimizer.state.values():
            for key, value in states.items():
                if torch.is_tensor(value) and value.shape == shape:
                    states[key] = value[rows]
        self._parameter.grad = None
        self._parameter.data = self._parameter.data[rows]


# A parameter and the optimiser that moves it.
_Moved = tuple[Any, Any]


def _builder(choice: Choice, lr: float) -> Callable[[Array], _Moved]:
    import torch

    def build(points: Array) -> _Moved:
        parameter = torch.nn.Parameter(torch.tensor(points, dtype=torch.float64))
        return parameter, guarded(
            choice.offer, choice.spec.build, [parameter], lr=lr, weight_decay=0.0, **choice.values
        )

    return build


def _steps(moved: _Moved, gradients: Array) -> Array:
    """Take a step for each of ``gradients`` (steps, K, 2); returns the points."""
    import torch

    parameter, optimizer = moved
    for gradient in gradients:
        parameter.grad = torch.tensor(gradient)
        optimizer.step()
    points: Array = parameter.detach().numpy().copy()
    return points
