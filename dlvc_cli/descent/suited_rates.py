"""Which learning rate suits a surface, and default rates that follow it.

A surface that nobody has tried, such as a formula that was just typed, may be far flatter or
steeper than what an optimiser's usual rate is meant for.
"""

from __future__ import annotations

import dataclasses
import shlex
from functools import lru_cache

import numpy as np

from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.descent.request_plan import DescentPlan, descent_words
from dlvc_cli.descent.steppers import RuleStepper, Stepper, TorchStepper
from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.descent.trials import Trial, relabelled
from dlvc_cli.registry.offers import Choice, guarded

__all__ = ["default_rate", "steepest_curvature", "suited_rate", "with_suited_rates"]

# A step goes so far along an axis at most, as a share of its side: a walk is to be seen.
_FIRST_STEP = 0.1
# Second differences below so many roundings of the values are nothing else.
_ROUNDINGS = 64.0
# After so many equal gradients a step of momentum has all but its full length.
_PROBED_STEPS = 200


@lru_cache(maxsize=4)
def suited_rate(surface: Surface) -> float | None:
    """A rate at which steps of rate x gradient go down on all of a surface, to one digit.

    It is 1 / L, with L the steepest curvature: the largest with which plain gradient descent is
    sure to go down (Nesterov, Introductory Lectures on Convex Optimization, 2004, 1.2.3); or less,
    so that no step goes further than a tenth of the surface. None where there is no slope.
    """
    slope = max(float(np.abs(np.diff(surface.values, axis=axis)).max()) for axis in (0, 1))
    if not slope:
        return None
    rate = _FIRST_STEP * max(surface.corner) / slope
    if curvature := steepest_curvature(surface):
        rate = min(rate, 1 / curvature)
    return float(f"{rate:.1g}")


@lru_cache(maxsize=4)
def steepest_curvature(surface: Surface) -> float:
    """The largest curvature in any direction at a grid point: that of the Hessian's eigenvalues.

    0 where differences are rounding alone.
    """
    values = surface.values
    if min(values.shape) < 3:
        return 0.0
    middle = 2 * values[1:-1, 1:-1]
    across = values[1:-1, 2:] + values[1:-1, :-2] - middle
    down = values[2:, 1:-1] + values[:-2, 1:-1] - middle
    mixed = (values[2:, 2:] - values[2:, :-2] - values[:-2, 2:] + values[:-2, :-2]) / 4
    steepest = np.abs(across + down) / 2 + np.hypot((across - down) / 2, mixed)
    found = float(steepest.max())
    return found if found > _rounding(surface) else 0.0


def _rounding(surface: Surface) -> float:
    """How large a second difference rounding can make; before values were scaled, they were."""
    frame, largest = surface.frame, 1.0
    if frame is not None:
        largest += abs(frame.offset) / frame.scale
    return _ROUNDINGS * float(np.finfo(np.float64).eps) * largest


def default_rate(surface: Surface, choice: Choice) -> float:
    """The rate of an optimiser where none is asked for.

    The optimiser's own for descent; or the surface's, where the surface says so and what moves the
    optimiser is rate x gradient. Of one that gathers momentum, so much less as its steps grow.
    """
    usual = float(choice.spec.learning_rates.descent)
    rate = suited_rate(surface) if surface.lr_by == "surface" else None
    gain = None if rate is None else _gain(choice)
    return usual if rate is None or gain is None else float(f"{rate / gain:.1g}")


def _gain(choice: Choice) -> float | None:
    """How long steps become where the gradient stays 1, with a rate of 1.

    None of an optimiser whose steps don't grow as rate and gradient do, and of one that fails:
    what is wrong is said when it walks.
    """
    try:
        steps = _probe(choice, 1.0)
        faster = _probe(choice, 2.0)
    except Exception:
        return None
    single, double = steps
    gain = abs(float(single[-1]))
    by_gradient = np.allclose(double, 2 * single) and np.allclose(faster, 2 * steps)
    return gain if by_gradient and np.isfinite(gain) and gain > 0 else None


def _probe(choice: Choice, lr: float) -> Array:
    """The steps (2, K) that an optimiser takes where the gradient stays 1, and where it stays 2."""
    points, gradients = np.zeros((2, 2)), np.array([[1.0, 1.0], [2.0, 2.0]])
    stepper: Stepper
    if choice.spec.rule is None:
        stepper = TorchStepper(choice, lr, points)
    else:
        rule: Rule = guarded(choice.offer, choice.spec.rule, **choice.values)
        stepper = RuleStepper(rule, lr, len(points))
    places = [points[:, 0]]
    for step in range(1, _PROBED_STEPS + 1):
        points = stepper.move(points, gradients, step)
        places.append(points[:, 0])
    return np.diff(np.stack(places, axis=1), axis=1)


def with_suited_rates(plan: DescentPlan, surface: Surface) -> DescentPlan:
    """Return the plan with the rates of a surface that has its own, where no rate is asked for."""
    if surface.lr_by != "surface" or plan.config.lr is not None:
        return plan
    trials = [_with_rate(trial, surface) for trial in plan.trials]
    changed = [(old, new) for old, new in zip(plan.trials, trials, strict=True) if old != new]
    if not changed:
        return plan
    config, command = plan.config, plan.command
    rates = {trial.lr for trial in trials}
    if len(rates) == 1:
        # One rate for all can be said, and then the command means the same wherever it runs.
        config = dataclasses.replace(config, lr=rates.pop())
        command = shlex.join(descent_words(config))
    return dataclasses.replace(
        plan,
        config=config,
        trials=tuple(relabelled(trials)),
        command=command,
        notices=(*plan.notices, _notice(changed)),
    )


def _with_rate(trial: Trial, surface: Surface) -> Trial:
    if "lr" in trial.varied:
        return trial
    lr = default_rate(surface, trial.choice)
    return trial if lr == trial.lr else dataclasses.replace(trial, lr=lr)


def _notice(changed: list[tuple[Trial, Trial]]) -> str:
    said = dict.fromkeys(f"{new.lr:g}" for _, new in changed)
    usual = dict.fromkeys(f"{old.lr:g}" for old, _ in changed)
    flat = all(new.lr > old.lr for old, new in changed)
    return (
        f"lr {' and '.join(said)}: the surface is {'flat' if flat else 'steep'} for the usual "
        f"{' and '.join(usual)}. --lr sets another."
    )
