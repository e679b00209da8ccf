"""The engine of NumPy arrays: a step of all walks at a time, with any field and any stepper."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.descent import kernel
from dlvc_cli.descent.gradients import Field
from dlvc_cli.descent.kept_path import KeptPath
from dlvc_cli.descent.steppers import Stepper
from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.descent.walk_state import StepSettings, WalkState

__all__ = ["ArrayEngine"]


class ArrayEngine:
    """Moves all points one step at a time; those that have ended drop out."""

    def __init__(
        self, surface: Surface, field: Field, stepper: Stepper, step_settings: StepSettings
    ) -> None:
        self._surface = surface
        self._corner = np.array(surface.corner, dtype=np.float64)
        self._field = field
        self._stepper = stepper
        self._stop = step_settings.stop
        self._max_steps = step_settings.max_steps
        self._active: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._step = 0

    def advance(self, walk_state: WalkState, limit: int) -> None:
        if self._step == 0:
            self._active = np.arange(len(walk_state))
        points = walk_state.positions[self._active]
        taken: list[tuple[NDArray[np.int64], Array]] = []
        for _ in range(limit):
            points = self._one_step(walk_state, points)
            if not len(points):
                break
            if walk_state.kept is not None:
                taken.append((self._active, points))
        walk_state.positions[self._active] = points
        walk_state.steps[self._active] = self._step
        if walk_state.kept is not None:
            _keep(walk_state.kept, taken)

    def _one_step(self, walk_state: WalkState, points: Array) -> Array:
        """Move the active points; returns the new places of those that go on."""
        probes = np.clip(self._stepper.ahead(points), 0, self._corner)
        lost = np.isnan(probes).any(axis=1)
        probes[lost] = points[lost]
        gradients = self._field.gradient(probes)
        norms = _norms(gradients)
        small = norms < self._stop
        if small.any():
            # Where the gradient is taken ahead, it must be small where the walk stands, too.
            here = _norms(self._field.gradient(points[small]))
            norms[small] = np.where(here < self._stop, here, norms[small])
            small[small] = here < self._stop
        walk_state.norms[self._active] = norms
        reasons = np.where(small, kernel.GRADIENT, kernel.RUNNING)
        reasons[lost] = kernel.LEFT
        if self._step >= self._max_steps:
            reasons[reasons == kernel.RUNNING] = kernel.MAX_STEPS
        # A walk that diverges ends off the surface; NumPy need not warn that its numbers overflow.
        with np.errstate(all="ignore"):
            moved = self._stepper.move(points, gradients, self._step + 1)
        going_on = reasons == kernel.RUNNING
        still = going_on & (moved == points).all(axis=1)
        if still.any():
            # An optimiser may pause for a step and go on: then its state has changed.
            reasons[still & self._stepper.unchanged()] = kernel.STUCK
        reasons[going_on & ~self._surface.contains(moved)] = kernel.LEFT
        ended = reasons != kernel.RUNNING
        if ended.any():
            gone = self._active[ended]
            walk_state.positions[gone] = points[ended]
            walk_state.steps[gone] = self._step
            walk_state.reasons[gone] = reasons[ended]
            self._active, moved = self._active[~ended], moved[~ended]
            self._stepper.keep(~ended)
        self._step += 1
        return moved


def _norms(gradients: Array) -> Array:
    # In the kernel's own arithmetic, to the last bit.
    norms: Array = np.sqrt(gradients[:, 0] * gradients[:, 0] + gradients[:, 1] * gradients[:, 1])
    return norms


def _keep(kept: list[KeptPath], taken: list[tuple[NDArray[np.int64], Array]]) -> None:
    """Sort the positions of some steps by walk. The walks of a step are among those before."""
    if not taken:
        return
    first = taken[0][0]
    lengths = np.zeros(len(kept), dtype=np.int64)
    for active, _ in taken:
        lengths[active] += 1
    places = np.full((len(taken), len(kept), 2), np.nan)
    for k, (active, points) in enumerate(taken):
        places[k, active] = points
    for index in first:
        kept[index].add(places[: lengths[index], index])
