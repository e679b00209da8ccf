"""Which minimum a walk belongs to, and how many minima a grid has."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.descents import surface_of
from helpers.folders import SURFACES
from hypothesis import assume, given
from hypothesis import strategies as st

import dlvc_cli as dlvc
from dlvc_cli.descent import kernel
from dlvc_cli.descent.basins import count_minima, find_basins, global_tolerance
from dlvc_cli.descent.image_surface import read_surface
from dlvc_cli.descent.surface import Surface, distance_to_nearest
from dlvc_cli.descent.trials import Trial
from dlvc_cli.descent.walks import Walks
from dlvc_cli.registry.registry import registry

SCHAFFER = SURFACES / "schaffern4.png"


def made_surface(values: np.ndarray, known: tuple[tuple[float, float], ...] = ()) -> Surface:
    return Surface("made", values.astype(float), (0.0, 0.0), np.array(known).reshape(-1, 2))


def made_walks(surface: Surface, ends: list[tuple[float, float]], *, left: int | None = None):
    """Walks that have ended there; number ``left`` by leaving the surface."""
    points = np.array(ends, dtype=float)
    count = len(points)
    reasons = np.full(count, kernel.GRADIENT, dtype=np.int8)
    if left is not None:
        reasons[left] = kernel.LEFT
    return Walks(
        trial=Trial("gd", "gd", registry().choose("optimizers", "gd"), 10.0, 1.0),
        starts=points,
        ends=points,
        values=surface.values[points[:, 1].astype(int), points[:, 0].astype(int)],
        steps=np.ones(count, dtype=np.int64),
        reasons=reasons,
        norms=np.zeros(count),
        distances=distance_to_nearest(points, surface.minima),
    )


@pytest.fixture
def wells() -> Surface:
    """Two wells, around column 2 and column 7 of row 3; the second is deeper."""
    row, column = np.mgrid[0:7, 0:10]
    down = (row - 3) ** 2
    return made_surface(np.minimum((column - 2) ** 2 + down + 1, (column - 7) ** 2 + down))


def test_walks_belong_to_the_well_they_have_ended_in(wells):
    ends = [(7, 3), (1.6, 2.9), (8.4, 0.2), (0, 6), (6.5, 3)]
    basins = find_basins(wells, made_walks(wells, ends))
    assert basins.minima.tolist() == [[7, 3], [2, 3]]
    assert basins.values.tolist() == [0, 1]
    assert basins.labels.tolist() == [0, 1, 0, 1, 0]
    assert basins.counts.tolist() == [3, 2]


def test_a_walk_that_has_left_the_surface_belongs_to_no_basin(wells):
    walks = made_walks(wells, [(7, 3), (7, 3), (2, 3), (8, 3)], left=1)
    basins = find_basins(wells, walks)
    assert basins.labels.tolist() == [0, -1, 1, 0]
    assert basins.counts.tolist() == [2, 1]
    # It has reached what it ended at, all the same: minima may lie on the border.
    assert basins.reaches_global.tolist() == [True, True, False, False]
    assert basins.share_global == 2 / 4


def test_all_walks_may_have_left(wells):
    basins = find_basins(wells, made_walks(wells, [(9, 3)], left=0))
    assert basins.labels.tolist() == [-1]
    assert basins.minima.shape == (0, 2)


def test_global_means_within_half_a_percent_of_the_longer_side():
    values = np.abs(np.arange(1000) - 500.0)[None].repeat(3, axis=0)
    values[1, 500] = -1
    surface = made_surface(values)
    assert global_tolerance(surface) == 5
    basins = find_basins(surface, made_walks(surface, [(505, 1), (505.1, 1), (494, 1)]))
    assert basins.reaches_global.tolist() == [True, False, False]


def test_the_formula_s_minimum_counts_too():
    values = np.ones((200, 200))
    values[50, 50], values[150, 150] = 0, 0.5
    surface = made_surface(values, known=((150.3, 150.2),))
    basins = find_basins(surface, made_walks(surface, [(150, 150), (50, 50), (100, 100)]))
    assert basins.reaches_global.tolist() == [True, True, False]


def test_a_plateau_is_one_minimum_and_stands_at_its_middle():
    values = np.full((9, 9), 3.0)
    values[2:5, 3:8] = 1
    values[7, 1] = 2
    surface = made_surface(values)
    ends = [(3, 2), (7, 4), (5, 3), (1, 7)]
    basins = find_basins(surface, made_walks(surface, ends))
    assert basins.minima.tolist() == [[5, 3], [1, 7]]
    assert basins.counts.tolist() == [3, 1]
    assert count_minima(surface).count == 2


def test_a_bent_plateau_stands_at_one_of_its_own_points():
    values = np.ones((11, 11))
    values[1, 1:10] = values[1:10, 1] = 0
    surface = made_surface(values)
    column, row = find_basins(surface, made_walks(surface, [(9, 1)])).minima[0].astype(int)
    assert surface.values[row, column] == 0


@given(st.data())
def test_minima_are_lowest_around_and_every_walk_has_one(data):
    rows, columns = data.draw(st.integers(3, 9)), data.draw(st.integers(3, 9))
    cells = st.lists(st.integers(0, 4), min_size=rows * columns, max_size=rows * columns)
    values = np.array(data.draw(cells), dtype=float).reshape(rows, columns)
    assume(values.min() < values.max())
    surface = made_surface(values)
    every = [(column, row) for row in range(rows) for column in range(columns)]
    basins = find_basins(surface, made_walks(surface, every))
    assert basins.counts.sum() == len(every)
    assert (basins.labels >= 0).all()
    assert (np.bincount(basins.labels) == basins.counts).all()
    assert (np.diff(basins.counts) <= 0).all()
    for (column, row), value in zip(basins.minima.astype(int), basins.values, strict=True):
        around = values[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        assert value == values[row, column] == around.min()
    # From every point a minimum can be reached, so none is without a walk.
    found = count_minima(surface)
    assert found.count == len(basins.minima)
    assert found.value == values.min() == values[found.lowest[1], found.lowest[0]]


def test_points_are_counted_off_the_border_and_plateaus_once_a_point():
    values = np.full((6, 6), 2.0)
    values[0, 0] = 0
    values[3, 2:4] = 1
    found = count_minima(made_surface(values))
    assert (found.count, found.lowest, found.value) == (2, (0, 0), 0)
    # (2, 3) and (3, 3), and the corner's plateau where no neighbour is lower: column 4 of row 1.
    lower = [
        (column, row)
        for row in range(1, 5)
        for column in range(1, 5)
        if values[row, column] <= values[row - 1 : row + 2, column - 1 : column + 2].min()
    ]
    assert found.points == len(lower)
    assert {(2, 3), (3, 3)} <= set(lower)


@pytest.mark.skipif(not SCHAFFER.is_file(), reason="the course's images are not here")
def test_the_course_s_schaffer_has_83144_minima():
    found = count_minima(read_surface(SCHAFFER))
    assert found.points == 83_144
    assert found.lowest == (4, 1)
    assert found.value == pytest.approx(0.501, abs=5e-4)


def reached(formula, **options):
    descent = dlvc.descend(formula, basins=20, **options)
    return find_basins(descent.surface, descent.trials[0])


def test_minima_that_sampling_alone_tells_apart_are_all_global():
    # Equal in the formula: -1, and 0 in the kinks; the samples miss each by something else.
    for formula, lr in (("sin(x)*cos(y)", 2000), ("abs(sin(x)) + abs(sin(y))", 20)):
        basins = reached(formula, lr=lr)
        assert len(set(basins.values)) > 1
        assert (basins.reaches_global[basins.labels >= 0]).all()


def test_a_well_that_is_truly_less_deep_is_not_global():
    assert reached("(x**2-4)**2 + y**2").share_global == 1
    # The wells differ by 0.04 of 466, sixty times what sampling makes.
    assert reached("(x**2-4)**2 + y**2 + 0.01*x").share_global == 0.5


def test_show_says_which_minima_are_at_the_border():
    row, column = np.mgrid[0:9, 0:9].astype(float)
    inside = count_minima(surface_of((column - 4) ** 2 + (row - 3) ** 2))
    assert (inside.count, inside.at_border, inside.points) == (1, 0, 1)
    beside = count_minima(surface_of((column - 4) ** 2 + row))
    assert (beside.count, beside.at_border, beside.points) == (1, 1, 0)
