"""The arithmetic of descent: interpolation, slopes, stop rules, starts, exact gradients."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from helpers.descents import descend_on, noise, surface_of, wells
from helpers.folders import SURFACES
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import RegularGridInterpolator

import dlvc_cli as dlvc
from dlvc_cli import BadOption, DlvcError
from dlvc_cli.descent import kernel
from dlvc_cli.descent.basins import find_basins
from dlvc_cli.descent.gradients import SampledField

ROWS, COLUMNS = 23, 31
inside = st.tuples(st.floats(0, COLUMNS - 1), st.floats(0, ROWS - 1))


def scipy_heights(surface: Any) -> Any:
    grid = (np.arange(surface.rows), np.arange(surface.columns))
    interpolate = RegularGridInterpolator(grid, surface.values, method="linear")
    return lambda x, y: float(interpolate((y, x)))


@given(point=inside)
@settings(deadline=None)
def test_heights_are_bilinear(point):
    surface = noise(ROWS, COLUMNS)
    expected = scipy_heights(surface)(*point)
    values = surface.values.ravel().tolist()
    assert kernel.height(values, COLUMNS, ROWS, *point) == pytest.approx(expected, abs=1e-12)
    assert SampledField(surface).value(np.array([point]))[0] == pytest.approx(expected, abs=1e-12)


@given(point=inside, eps=st.floats(0.01, 11))
@settings(deadline=None)
def test_slopes_are_central_differences_and_one_sided_by_the_border(point, eps):
    surface = noise(ROWS, COLUMNS)
    height = scipy_heights(surface)
    x, y = point
    left, right = (x - eps if x - eps >= 0 else x), (x + eps if x + eps <= COLUMNS - 1 else x)
    upper, lower = (y - eps if y - eps >= 0 else y), (y + eps if y + eps <= ROWS - 1 else y)
    expected = (
        (height(right, y) - height(left, y)) / (right - left),
        (height(x, lower) - height(x, upper)) / (lower - upper),
    )
    values = surface.values.ravel().tolist()

    slope = kernel.slope(values, COLUMNS, ROWS, x, y, eps)
    batch = SampledField(surface, eps).gradient(np.array([point]))[0]

    assert slope == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert tuple(batch) == slope


def plain_loop(surface: Any, start: Any, steps: int, lr: float, beta: float, nesterov: bool) -> Any:
    """What the issue of a course would hand in: a loop over one point."""
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


def test_nesterov_alone_means_a_beta_of_0_9():
    starts = ((14.5, 9.25),)
    alone, spelt = (
        descend_on(wells(), start=starts, **options)
        for options in ({"nesterov": True}, {"nesterov": True, "beta": 0.9})
    )
    assert np.array_equal(alone[0].path, spelt[0].path)
    assert alone[0].trial.choice.values == {"momentum": 0.9, "nesterov": True}


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


def test_basins_start_row_by_row_from_corner_to_corner():
    descent = descend_on(noise(), basins=3, max_steps=1)
    starts = [walk.start for walk in descent]
    assert starts[:4] == [(0, 0), (15, 0), (30, 0), (0, 11)] and starts[-1] == (30, 22)


def test_random_starts_are_those_of_the_seed_and_on_the_surface():
    first, again, other = (
        [walk.start for walk in descend_on(noise(), random_starts=50, seed=s, max_steps=1)]
        for s in (1, 1, 2)
    )
    assert first == again != other
    assert all(0 <= x <= 30 and 0 <= y <= 22 for x, y in first)


@pytest.mark.parametrize("name", ["madsen", "beale:form=textbook", "himmelblau"])
def test_exact_and_sampled_agree_as_the_grid_is_refined(name):
    gaps = []
    for grid in (101, 201, 401):
        # A step of lr in grid units is lr (high - low)^2 / (grid - 1)^2 in the formula's.
        share = (grid - 1) / 100
        options: dict[str, Any] = {
            "start": (30 * share, 60 * share),
            "lr": 0.5 * share**2,
            "grid": grid,
            "max_steps": 300,
        }
        exact, sampled = (
            dlvc.descend(name, exact=True, **options),
            dlvc.descend(name, **options),
        )
        length = min(len(exact.path), len(sampled.path))
        gaps.append(np.abs(exact.path[:length] - sampled.path[:length]).max() / share)
    # The error of central differences on samples falls with the square of the grid's step.
    assert gaps[0] < 2 and gaps[1] < 0.4 * gaps[0] and gaps[2] < 0.4 * gaps[1]


def test_exact_gradients_are_those_of_the_formula():
    walk = dlvc.descend("madsen", exact=True, start=(500, 300), max_steps=1, lr=1)
    x, y = -1 + 500 * 2 / 999, -1 + 300 * 2 / 999
    scale = walk.surface.frame.scale
    slope = np.array([2 * x + y, x + 2 * y + math.cos(y) - math.sin(y)]) / scale * 2 / 999
    assert walk.path[1] == pytest.approx([500, 300] - slope, abs=1e-12)


def test_distances_are_to_the_nearest_known_minimum():
    walk = descend_on(wells(), start=((45.0, 26.0),))[0]
    assert walk.distance == pytest.approx(math.dist(walk.end, (45, 20)))


class TestFromPython:
    def test_a_single_walk_has_its_attributes_on_the_result(self):
        descent = dlvc.descend("schaffer", nesterov=True)
        assert descent.path.shape == (descent.steps + 1, 2)
        assert tuple(descent.path[0]) == descent.start and tuple(descent.path[-1]) == descent.end
        assert descent[0].reason == descent.reason and len(descent) == 1

    def test_several_walks_are_a_sequence(self):
        descent = dlvc.descend("schaffer", start=[(1, 2), (30, 40)], optimizer=["gd", "adam"])
        assert len(descent) == 4
        assert [walk.start for walk in descent] == [(1, 2), (30, 40)] * 2
        assert descent[-1].trial.optimizer == "adam" and len(descent[1:3]) == 2
        with pytest.raises(AttributeError, match="there are 4"):
            _ = descent.path
        with pytest.raises(IndexError):
            descent[4]

    def test_it_shows_itself_in_a_notebook(self):
        assert dlvc.descend("madsen", grid=50)._repr_png_().startswith(b"\x89PNG")

    @pytest.mark.parametrize(
        ("options", "text"),
        [
            ({"start": (1, 2, 3)}, "column and a row"),
            ({"start": "ab"}, "column and a row"),
            ({"start": (math.nan, 1)}, "column and a row"),
            ({"domain": 5}, "pair of numbers"),
            ({"grid": 2}, "at least|3 to"),
            ({"lr": "fast"}, "takes a float"),
            ({"nonsense": 1}, "no option called nonsense"),
            ({"exact": True, "eps": 2.0}, "no --eps"),
            ({"max_steps": 0}, "at least 1"),
        ],
    )
    def test_wrong_options_are_refused(self, options, text):
        with pytest.raises(BadOption, match=text):
            dlvc.descend("madsen", **options)


def test_a_domain_shows_another_part_of_the_formula():
    surface = dlvc.descend("schaffer", domain=(-5, 5), max_steps=1).surface
    wave = math.cos(math.sin(abs(25 - 25)))
    corner = 0.5 + (wave - 0.5) / (1 + 0.001 * 50) ** 2
    frame = surface.frame
    assert surface.values[0, 0] * frame.scale + frame.offset == pytest.approx(corner)
    assert surface.values.max() == 1


def test_a_surface_with_negative_values_is_lifted_to_zero():
    surface = dlvc.descend("camel", max_steps=1).surface
    assert surface.values.min() == 0 and surface.values.max() == 1


@pytest.mark.parametrize("name", ["beale", "madsen", "schaffer"])
def test_an_image_and_its_formula_are_walked_alike(name):
    file = SURFACES / f"{'schaffern4' if name == 'schaffer' else name}.png"
    if not file.exists():
        pytest.skip(f"the course's image {file.name} is not on this machine")
    image, sampled = (
        dlvc.descend(source, start=(300, 350), max_steps=100) for source in (file, name)
    )
    assert np.abs(image.surface.values - sampled.surface.values).max() <= 1.01 / 65535
    assert image.end == pytest.approx(sampled.end, abs=0.5)


def test_an_optimiser_that_mixes_its_rows_takes_a_single_start():
    options: dict[str, Any] = {"optimizer": "torch:Adafactor", "max_steps": 5}
    assert len(descend_on(noise(), start=((3.0, 3.0),), **options)) == 1
    with pytest.raises(DlvcError, match="mixes the points"):
        descend_on(noise(), random_starts=3, **options)


@pytest.mark.parametrize("name", ["torch:LBFGS", "torch:SparseAdam", "torch:Muon"])
def test_what_cannot_descend_is_refused_in_a_sentence(name):
    with pytest.raises(BadOption, match="cannot be used"):
        descend_on(noise(), optimizer=name)


@pytest.mark.parametrize("name", ["torch:Rprop", "torch:ASGD", "torch:NAdam", "torch:Adamax"])
def test_torch_optimisers_walk_a_batch_as_they_walk_one(name):
    starts = ((3.0, 4.0), (20.0, 10.0), (28.5, 20.25))
    batch = descend_on(noise(), optimizer=name, start=starts, max_steps=40)
    for walk in batch:
        alone = descend_on(noise(), optimizer=name, start=(walk.start,), max_steps=40)[0]
        np.testing.assert_allclose(walk.path, alone.path, rtol=1e-12)
        assert walk.reason == alone.reason


@pytest.mark.parametrize("name", ["Rprop", "Adam", "ASGD"])
def test_a_torch_optimiser_walks_as_in_a_plain_loop(name):
    surface = wells()
    walk = descend_on(surface, optimizer=f"torch:{name}", start=((14.5, 9.25),), lr=0.3)[0]
    field = SampledField(surface)
    parameter = torch.nn.Parameter(torch.tensor([[14.5, 9.25]], dtype=torch.float64))
    optimizer = getattr(torch.optim, name)([parameter], lr=0.3)
    for _ in range(walk.steps):
        parameter.grad = torch.tensor(field.gradient(parameter.detach().numpy()))
        optimizer.step()
    # Rprop pauses for a step where a slope changes its sign, and must not be stopped by that.
    assert walk.steps > 20
    assert walk.end == pytest.approx(parameter.detach().numpy()[0].tolist(), abs=1e-9)


def test_a_domain_wider_than_the_surface_s_own_has_no_known_minima():
    wide = dlvc.descend("beale", domain=(-10, 10), random_starts=30, lr=1000, max_steps=20_000)
    assert len(wide.surface.known) == 0 and len(dlvc.descend("beale").surface.known) > 1000
    walks = wide.trials[0]
    lowest = walks.values <= wide.surface.values.min() + 1e-6
    assert lowest.mean() > 0.5
    assert (find_basins(wide.surface, walks).reaches_global >= lowest).all()
