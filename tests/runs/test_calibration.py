"""Reliability curves by hand, and what must hold of all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlvc_cli.runs.calibration import reliability


def test_bins_are_open_below_and_closed_above() -> None:
    # Confidences of exactly 1/2 and 1 are in the first and the last of two bins.
    y, p = np.array([0, 1, 0]), np.array([[0.5, 0.5], [0, 1], [0.25, 0.75]])
    found = reliability(y, p, 2)
    assert found is not None
    low, high = found.bins
    assert (low.low, low.high, low.images, low.confidence, low.accuracy) == (0, 0.5, 1, 0.5, 1)
    assert (high.low, high.high, high.images) == (0.5, 1, 2)
    assert (high.confidence, high.accuracy) == (0.875, 0.5)
    assert found.ece == pytest.approx(1 / 3 * 0.5 + 2 / 3 * 0.375)
    assert found.confidence == 0.75


def test_a_network_that_is_as_sure_as_right_has_no_error() -> None:
    # Four of five right at 0.8.
    found = reliability(np.array([0, 0, 0, 0, 1]), np.tile([0.8, 0.2], (5, 1)))
    assert found is not None and found.ece == pytest.approx(0)


def test_there_is_none_of_no_images_or_of_what_is_not_finite() -> None:
    assert reliability(np.empty(0, int), np.empty((0, 2))) is None
    assert reliability(np.array([0, 1]), np.array([[0.5, 0.5], [np.nan] * 2])) is None


@given(st.integers(2, 6), st.integers(1, 80), st.integers(1, 20), st.integers(0, 10**6))
@settings(deadline=None, max_examples=60)
def test_each_image_is_in_one_bin(classes: int, images: int, bins: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    y = draw.integers(0, classes, images)
    p = draw.dirichlet(np.full(classes, 0.2), images).astype(np.float32)
    found = reliability(y, p, bins)
    assert found is not None and len(found.bins) == bins
    assert sum(one.images for one in found.bins) == images
    error = 0.0
    confidence = p.max(1)
    for one in found.bins:
        inside = (confidence > one.low) & (confidence <= one.high)
        assert int(inside.sum()) == one.images
        if one.images:
            assert one.low < (one.confidence or 0) <= one.high + 1e-9
            gap = (p.argmax(1) == y)[inside].mean() - confidence[inside].astype(float).mean()
            error += one.images / images * abs(gap)
    assert found.ece == pytest.approx(error, abs=1e-6) and 0 <= found.ece <= 1
    # One bin: how far the mean confidence is from the accuracy, the least of all.
    (one,) = (reliability(y, p, 1) or found).bins
    assert found.ece >= abs((one.accuracy or 0) - (one.confidence or 0)) - 1e-9
