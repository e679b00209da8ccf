"""How far walks stay from what is known to be lowest."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers.descents import descend_on, wells

from dlvc_cli.descent.surface import distance_to_nearest


def test_distances_are_to_the_nearest_known_minimum():
    walk = descend_on(wells(), start=((45.0, 26.0),))[0]
    assert walk.distance == pytest.approx(math.dist(walk.end, (45, 20)))


@pytest.mark.parametrize("count", [3, 3000])
def test_few_and_many_points_find_the_nearest_target(count):
    rng = np.random.default_rng(0)
    points, targets = rng.uniform(0, 1, (count, 2)), rng.uniform(0, 1, (1000, 2))
    expected = [np.hypot(*(targets - point).T).min() for point in points]
    assert distance_to_nearest(points, targets) == pytest.approx(expected, rel=1e-12)
