"""Ellipses, polygons, frames, paint and dice."""

from __future__ import annotations

import numpy as np
import pytest
from dlvc_datasets.toy_shapes import Dice, Frame, ellipse, paint, polygon


def test_areas_of_shapes() -> None:
    frame = Frame.image(1, 64)
    pixel_area = (2 / 64) ** 2
    assert ellipse(frame, 0.1, -0.2, 0.5, 0.3).sum() * pixel_area == pytest.approx(
        np.pi * 0.5 * 0.3, rel=0.02
    )
    triangle = polygon(frame, (-0.5, 0.5), (0.0, -0.7), (0.5, 0.5))
    assert triangle.sum() * pixel_area == pytest.approx(0.6, rel=0.02)
    assert polygon(frame, (-0.5, 0.5), (0.5, 0.5), (0.0, -0.7)).sum() == 0  # anticlockwise


def test_a_placed_frame_turns_and_scales() -> None:
    dice = Dice(3, 5)
    turn = dice.turn(2.0)
    cosine, sine = turn
    np.testing.assert_allclose(cosine * cosine + sine * sine, 1, rtol=1e-5)
    frame = Frame.image(5, 64)
    placed = frame.place(0.1, 0.1, 0.5, turn, stretch=1.2)
    area = ellipse(placed, 0.0, 0.0, 0.9, 0.5).sum(axis=(1, 2)) * (2 / 64) ** 2
    np.testing.assert_allclose(area, np.pi * 0.9 * 0.5 * 0.5**2 * 1.2, rtol=0.03)


def test_paint_lays_colour_by_coverage() -> None:
    image = np.zeros((3, 1, 2, 2), np.float32)
    colour = np.array([1, 0.5, 0], np.float32).reshape(3, 1, 1, 1)
    paint(image, np.array([[[0, 0.5], [1, 0]]], np.float32), colour)
    np.testing.assert_allclose(image[0, 0], np.array([[0, 0.5], [1, 0]]))
    np.testing.assert_allclose(image[1, 0], np.array([[0, 0.25], [0.5, 0]]))


def test_dice_keep_their_ranges() -> None:
    dice = Dice(1, 2000)
    spread = dice.uniform(-2, 3)
    assert spread.shape == (2000, 1, 1)
    assert spread.dtype == np.float32
    assert -2 <= spread.min() < -1.9
    assert 2.9 < spread.max() <= 3
    assert dice.chance(0.25).mean() == pytest.approx(0.25, abs=0.04)
    colours = dice.colour(0.2, 0.4)
    assert colours.shape == (3, 2000, 1, 1)
    assert colours.min() >= 0.2
    assert colours.max() <= 0.4
    noise = dice.noise(8)
    assert noise.shape == (3, 2000, 8, 8)
    assert abs(noise.mean()) < 0.01
    assert noise.std() == pytest.approx(1 / np.sqrt(6), rel=0.02)
