"""Walks that run out of steps are told a learning rate that suits the surface."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.descents import descend_on, surface_of

import dlvc_cli as dlvc
from dlvc_cli.descent.advice import short_steps_notice


def bowl(a: float, b: float):
    """a x^2 + b y^2 on 101 x 101 points from -1 to 1, not scaled: second differences are exact."""
    x = np.linspace(-1, 1, 101)
    return surface_of(a * x[None, :] ** 2 + b * x[:, None] ** 2)


@pytest.mark.parametrize(("a", "b"), [(0.1, 0.4), (0.02, 0.001)])
def test_the_rate_goes_a_tenth_of_the_surface_at_most_and_leads_down(a, b):
    surface = bowl(a, b)
    walked = descend_on(surface, start=((10, 20),), max_steps=50, lr=1.0)
    said = short_steps_notice(surface, walked.trials, walked.field)
    # By hand: 10 of 100 grid units on the steepest slope, from 1 to 0.98.
    expected = float(f"{10 / (max(a, b) * (1 - 0.98**2)):.1g}")
    assert f"Try --lr {expected:g}," in said and said.startswith("The walk was still on the way")
    good = descend_on(surface, start=((10, 20),), max_steps=2000, lr=expected)
    assert good[0].reason == "gradient" and not short_steps_notice(surface, good.trials, good.field)


@pytest.mark.parametrize(
    "options",
    [
        {"lr": 1000.0},  # long enough steps, and few of them
        {"optimizer": "adam", "lr": 0.001},  # whose steps don't grow with the gradient
    ],
)
def test_nothing_is_said_where_another_rate_is_no_cure(options):
    surface = bowl(0.1, 0.4)
    walked = descend_on(surface, start=((10, 20),), max_steps=3, **options)
    assert walked[0].reason == "max_steps"
    assert short_steps_notice(surface, walked.trials, walked.field) == ""


@pytest.mark.parametrize("formula", ["x", "-x", "pi*x", "2*x + y"])
def test_nothing_is_said_where_curvature_is_rounding(formula):
    walked = dlvc.descend(formula, lr=0.1, max_steps=20)
    assert walked.reason == "max_steps"
    assert short_steps_notice(walked.surface, walked.trials, walked.field) == ""


def test_nothing_is_said_of_walks_that_step_to_and_fro():
    options = {"exact": True, "grid": 101, "max_steps": 200, "lr": 2.0}
    kink = dlvc.descend("abs(x)+abs(y)", start=(48.3, 52.6), **options)
    assert kink.reason == "max_steps" and kink.value < 0.01
    assert short_steps_notice(kink.surface, kink.trials, kink.field) == ""
    # One of two kinks, which isn't the lowest of all.
    upper = dlvc.descend("abs(abs(x)-2)+0.1*x+0.1*y**2", start=(71.3, 50), **options)
    assert upper.reason == "max_steps" and upper.distance > 30
    assert short_steps_notice(upper.surface, upper.trials, upper.field) == ""
