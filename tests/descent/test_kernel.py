"""Values and slopes between grid points, against SciPy: on floats, and on whole arrays."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.descents import noise, scipy_heights
from hypothesis import given, settings
from hypothesis import strategies as st

from dlvc_cli.descent import kernel
from dlvc_cli.descent.gradients import SampledField

ROWS, COLUMNS = 23, 31
inside = st.tuples(st.floats(0, COLUMNS - 1), st.floats(0, ROWS - 1))


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
