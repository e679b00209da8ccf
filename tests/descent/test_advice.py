"""Walks that run out of steps are told a learning rate that suits the surface."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.descents import descend_on, surface_of

from dlvc_cli.descent.advice import short_steps_notice


def bowl(a: float, b: float):
    """a x^2 + b y^2 on 101 x 101 points from -1 to 1, not scaled: second differences are exact."""
    x = np.linspace(-1, 1, 101)
    return surface_of(a * x[None, :] ** 2 + b * x[:, None] ** 2)


@pytest.mark.parametrize(("a", "b"), [(0.1, 0.4), (0.02, 0.001)])
def test_the_rate_is_one_over_the_steepest_curvature_and_leads_down(a, b):
    surface = bowl(a, b)
    walked = descend_on(surface, start=((10, 20),), max_steps=50, lr=1.0)
    said = short_steps_notice(surface, walked.trials)
    # By hand: the second derivative 2 max(a, b), a grid step being 0.02.
    expected = float(f"{1 / (2 * max(a, b) * 0.02**2):.1g}")
    assert f"Try --lr {expected:g}," in said and said.startswith("The walk was still on the way")
    good = descend_on(surface, start=((10, 20),), max_steps=2000, lr=expected)
    assert good[0].reason == "gradient" and not short_steps_notice(surface, good.trials)


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
    assert short_steps_notice(surface, walked.trials) == ""
