"""Valleys and saddles against the literature, and what they are there to show."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers.surfaces import at, choose

from dlvc_cli import BadOption


@pytest.mark.parametrize(
    ("text", "point", "value"),
    [
        ("quadratic", (1, 1), 51),
        ("quadratic:condition=7:tilt=90", (1, 0), 7),
        ("quadratic:tilt=45", (1, 1), 2),
        ("rosenbrock", (-1.2, 1), 24.2),
        ("rosenbrock:a=2:b=3", (1, 0), 4),
        ("saddle", (2, 1), 3),
        ("monkey-saddle", (0.5, math.sqrt(3) / 2), -1),
        ("easom", (math.pi, math.pi), -1),
        ("easom", (0, 0), -2.675287991074243e-09),
    ],
)
def test_values_at_known_points(text: str, point: tuple[float, float], value: float) -> None:
    assert at(text, *point) == pytest.approx(value, abs=1e-6)


SADDLES = ["saddle", "monkey-saddle"]


def walk(text: str, rate: float, steps: int) -> np.ndarray:
    """Points (steps + 1, 2) of plain descent on the formula, from the default start."""
    choice = choose(text)
    formula = choice.build().function
    low, high = choice.spec.domain
    assert choice.spec.x_along == "columns" and choice.spec.start is not None
    x, y = (low + share / 999 * (high - low) for share in choice.spec.start)
    path, h = [(x, y)], 1e-6
    for _ in range(steps):
        across = (formula(x + h, y, np) - formula(x - h, y, np)) / (2 * h)
        down = (formula(x, y + h, np) - formula(x, y - h, np)) / (2 * h)
        x, y = x - rate * across, y - rate * down
        path.append((x, y))
    return np.array(path)


@pytest.mark.parametrize("name", SADDLES)
def test_a_walk_nears_the_saddle_and_leaves_the_surface(name: str) -> None:
    assert choose(name).spec.summary.startswith("No minimum inside")
    path = walk(name, 0.05, 100)
    nearest = int(np.linalg.norm(path, axis=1).argmin())
    assert 0 < nearest < 100 and np.linalg.norm(path[nearest]) < 0.3
    assert np.abs(path[-1]).max() > 1


@pytest.mark.parametrize("name", SADDLES)
def test_a_saddle_is_lowest_on_the_border(name: str) -> None:
    choice = choose(name)
    steps = np.linspace(*choice.spec.domain, 301)
    values = choice.build().function(*np.meshgrid(steps, steps), np)
    assert values[1:-1, 1:-1].min() > values.min()
    assert choice.build().minima == ()


@pytest.mark.parametrize("tilt", [0, 30])
def test_the_quadratic_s_curvatures_differ_by_its_condition(tilt: int) -> None:
    text = f"quadratic:condition=20:tilt={tilt}"
    # Of a quadratic form, second differences over any step are the Hessian itself.
    xx, yy = 2 * at(text, 1, 0), 2 * at(text, 0, 1)
    xy = at(text, 1, 1) - at(text, 1, 0) - at(text, 0, 1)
    curvatures, directions = np.linalg.eigh([[xx, xy], [xy, yy]])
    assert curvatures[1] / curvatures[0] == pytest.approx(20)
    assert abs(np.degrees(np.arctan(directions[1, 0] / directions[0, 0]))) == pytest.approx(tilt)


@pytest.mark.parametrize("text", ["quadratic:condition=0.5", "rosenbrock:b=0", "rosenbrock:1:-3"])
def test_parameters_that_leave_no_minimum_are_refused(text: str) -> None:
    with pytest.raises(BadOption, match="must be at least"):
        choose(text)
