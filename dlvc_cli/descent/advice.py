"""What to try where walks run out of steps because these are too short for the surface."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlvc_cli.descent.basins import at_global
from dlvc_cli.descent.gradients import Field
from dlvc_cli.descent.kernel import MAX_STEPS
from dlvc_cli.descent.suited_rates import steepest_curvature, suited_rate
from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.walks import Walks
from dlvc_cli.errors import DlvcError

__all__ = ["short_steps_notice"]

# A walk's mean step is so many times rate x gradient at most, if it is that which moves it:
# momentum multiplies it, and the gradient at the end is smaller than on the way.
_SCALED = 50.0
# Below this share of the rate that suits the surface, steps are short.
_SHORT = 0.1


def short_steps_notice(surface: Surface, trials: Sequence[Walks], field: Field) -> str:
    """Say which learning rate suits the surface, where every walk of a trial runs out of steps.

    Empty where steps aren't short for the surface, where it has no curvature to tell that by, or
    where walks are on their way no longer.
    """
    rate = suited_rate(surface) if steepest_curvature(surface) else None
    if rate is None or not any(_crawls(surface, walks, rate, field) for walks in trials):
        return ""
    who = "The walk was" if sum(map(len, trials)) == 1 else "Walks were"
    return (
        f"{who} still on the way after --max-steps: steps are short on a surface as flat as this. "
        f"Try --lr {rate:g}, which suits its slopes and curvature."
    )


def _crawls(surface: Surface, walks: Walks, rate: float, field: Field) -> bool:
    lr = walks.trial.lr
    if lr >= _SHORT * rate or not (walks.reasons == MAX_STEPS).all():
        return False
    moved = np.hypot(*(walks.ends - walks.starts).T) / walks.steps
    by_gradient = moved <= _SCALED * lr * walks.norms
    return bool(by_gradient.all() and _moves_on(surface, walks, field).all())


def _moves_on(surface: Surface, walks: Walks, field: Field) -> np.ndarray:
    """Whether each walk is still on its way, (N,): not at a global minimum, and not stepping to
    and fro across the bottom of a kink, where the next gradient points back."""
    try:
        here = field.gradient(walks.ends)
        there = np.clip(walks.ends - walks.trial.lr * here, 0, surface.corner)
        onward = (here * field.gradient(there)).sum(axis=1) > 0
    except DlvcError:
        # A formula may have no gradient a step further.
        return np.zeros(len(walks), dtype=bool)
    return np.asarray(onward & ~at_global(surface, walks))
