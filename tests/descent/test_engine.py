"""Walks against a plain loop, and why they end."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from helpers.descents import descend_on, noise, scipy_heights, surface_of, wells
from hypothesis import given, settings
from hypothesis import strategies as st

from dlvc_cli.descent.gradients import SampledField
from dlvc_cli.errors import UsageError


def plain_loop(surface: Any, start: Any, steps: int, lr: float, beta: float, nesterov: bool) -> Any:
    """What a student would write first: a loop over one point."""
    height = scipy_heights(surface)
    position, velocity = np.array(start, dtype=float), np.zeros(2)
    for _ in range(steps):
        x, y = position + beta * velocity if nesterov else position
        x, y = min(max(x, 0), surface.columns - 1), min(max(y, 0), surface.rows - 1)
        x0, x1 = (x - 1 if x >= 1 else x), (x + 1 if x + 1 <= surface.columns - 1 else x)
        y0, y1 = (y - 1 if y >= 1 else y), (y + 1 if y + 1 <= surface.rows - 1 else y)
        slope = np.array(
            [
                (height(x1, y) - height(x0, y)) / (x1 - x0),
                (height(x, y1) - height(x, y0)) / (y1 - y0),
            ]
        )
        velocity = beta * velocity - lr * slope
        position = position + velocity
    return position


@pytest.mark.parametrize(("beta", "nesterov"), [(0.0, False), (0.9, False), (0.9, True)])
def test_walks_are_those_of_a_plain_loop(beta, nesterov):
    surface = wells()
    walk = descend_on(
        surface, start=((14.5, 9.25),), lr=5.0, beta=beta, nesterov=nesterov, max_steps=60, stop=0.0
    )[0]
    assert walk.reason == "max_steps" and walk.steps == 60
    expected = plain_loop(surface, (14.5, 9.25), 60, 5.0, beta, nesterov)
    assert walk.end == pytest.approx(tuple(expected), abs=1e-8)


class TestStopRules:
    """Each has its name in the result, and the walk ends at its last point inside."""

    def test_gradient(self):
        walk = descend_on(wells(), start=((45.0, 26.0),), stop=1e-4)[0]
        assert walk.reason == "gradient" and walk.norm < 1e-4
        assert walk.end == pytest.approx((45, 20), abs=0.5)

    @pytest.mark.parametrize("count", [1, 20])
    def test_gradient_is_small_where_the_walk_stands(self, count):
        options: dict[str, Any] = {"nesterov": True, "lr": 30.0, "stop": 1e-3}
        descent = descend_on(wells(), random_starts=count, seed=5, **options)
        stopped = [walk for walk in descent if walk.reason == "gradient"]
        assert stopped
        ends = np.array([walk.end for walk in stopped])
        norms = np.linalg.norm(SampledField(wells()).gradient(ends), axis=1)
        assert (norms < 1e-3).all()
        assert norms.tolist() == pytest.approx([walk.norm for walk in stopped])

    def test_max_steps(self):
        walk = descend_on(wells(), start=((45.0, 26.0),), max_steps=7)[0]
        assert (walk.reason, walk.steps, len(walk.path)) == ("max_steps", 7, 8)

    @pytest.mark.parametrize("count", [1, 5])
    def test_left_surface(self, count):
        slanted = surface_of(np.linspace(0, 1, 20)[None].repeat(20, axis=0))
        starts = tuple((7.0, 3.0 + k) for k in range(count))
        for walk in descend_on(slanted, start=starts, lr=30.0):
            # A step is 30/19 of a column long: four fit, the fifth would leave.
            assert walk.reason == "left_surface"
            assert walk.steps == 4
            assert walk.end[0] == pytest.approx(7 - 4 * 30 / 19) and walk.end[1] == walk.start[1]

    def test_no_progress(self):
        flat = np.ones((20, 20))
        flat[:, :5] = 0
        walk = descend_on(surface_of(flat), start=((10.0, 10.0),), stop=0.0)[0]
        assert (walk.reason, walk.steps, walk.end) == ("no_progress", 0, (10.0, 10.0))

    def test_what_diverges_has_left(self):
        options: dict[str, Any] = {"lr": 1e300, "stop": 0.0}
        for starts in (((14.5, 9.25),), ((14.5, 9.25), (30.0, 30.0))):
            for walk in descend_on(wells(), start=starts, **options):
                assert walk.reason == "left_surface" and all(map(math.isfinite, walk.end))


@given(seed=st.integers(0, 100), lr=st.floats(0.1, 1e4), eps=st.floats(0.1, 5))
@settings(max_examples=30, deadline=None)
def test_no_walk_is_ever_off_the_surface(seed, lr, eps):
    descent = descend_on(
        noise(), random_starts=1, seed=seed, lr=lr, eps=eps, nesterov=True, max_steps=50
    )
    x, y = descent.path.T
    assert (x >= 0).all() and (x <= 30).all() and (y >= 0).all() and (y <= 22).all()


def test_kept_paths_do_not_change_a_walk():
    few = descend_on(noise(), random_starts=100, max_steps=50)
    many = descend_on(noise(), random_starts=101, max_steps=50)

    assert few[0].has_path and not many[0].has_path
    with pytest.raises(UsageError, match="not kept: that is done for up to 100 walks"):
        _ = many[0].path
    assert [walk.end for walk in few] == [walk.end for walk in many][:100]
