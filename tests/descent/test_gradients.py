"""Gradients of the formula itself, against those of its samples and a closed form."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import dlvc_cli as dlvc


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
