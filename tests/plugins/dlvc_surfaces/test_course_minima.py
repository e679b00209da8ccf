"""Minima of the course's forms, which are no single points."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.surfaces import choose, gradients


def test_on_the_border_the_course_s_schaffer_slopes_outwards_only() -> None:
    choice = choose("schaffer")
    points = np.array(choice.build().minima)
    for point, gradient in zip(points, gradients(choice, points).T, strict=True):
        border = int(abs(point[1]) == 50)
        assert gradient[border] * point[border] < 0
        assert abs(gradient[1 - border]) < 1e-8


def test_points_on_the_course_s_beale_curve_are_a_grid_step_apart_at_most() -> None:
    points = np.array(choose("beale").build().minima)
    gaps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    branches = np.sign(points[:, 0])
    assert gaps[branches[1:] == branches[:-1]].max() <= 9 / 999
    # Both branches reach from border to border.
    for sign in (1, -1):
        branch = points[branches == sign]
        assert np.abs(branch).max(axis=0) == pytest.approx([4.5, 4.5])
