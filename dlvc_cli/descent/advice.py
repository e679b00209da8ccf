"""What to try where walks run out of steps because these are too short for the surface."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlvc_cli.descent.kernel import MAX_STEPS
from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.descent.walks import Walks

__all__ = ["short_steps_notice"]

# A walk's mean step is so many times rate x gradient at most, if it is that which moves it:
# momentum multiplies it, and the gradient at the end is smaller than on the way.
_SCALED = 50.0
# Below this share of the rate that the surface bears, steps are short.
_SHORT = 0.1


def short_steps_notice(surface: Surface, trials: Sequence[Walks]) -> str:
    """Say which learning rate suits the surface, where every walk of a trial runs out of steps.

    The rate is 1 / L with L the steepest curvature of the samples along an axis: the largest with
    which plain gradient descent is sure to go down (Nesterov, Introductory Lectures on Convex
    Optimization, 2004, 1.2.3), for what moves by rate x gradient. Empty where it isn't that.
    """
    curvature = _steepest_curvature(surface.values)
    short = [walks for walks in trials if _crawls(walks, curvature)]
    if not short:
        return ""
    rate = float(f"{1 / curvature:.1g}")
    who = "The walk was" if sum(map(len, trials)) == 1 else "Walks were"
    return (
        f"{who} still on the way after --max-steps: steps are short on a surface as flat as this. "
        f"Try --lr {rate:g}, about the most that it bears."
    )


def _crawls(walks: Walks, curvature: float) -> bool:
    if not curvature or not (walks.reasons == MAX_STEPS).all():
        return False
    moved = np.hypot(*(walks.ends - walks.starts).T) / walks.steps
    by_gradient = moved <= _SCALED * walks.trial.lr * walks.norms
    return bool(walks.trial.lr * curvature < _SHORT and by_gradient.all())


def _steepest_curvature(values: Array) -> float:
    """The largest second difference of samples (rows, columns) along an axis."""
    along = [np.abs(np.diff(values, 2, axis)) for axis in (0, 1) if values.shape[axis] > 2]
    return max((float(np.nanmax(found)) for found in along), default=0.0)
