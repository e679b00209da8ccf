"""The built-in surfaces against the course's pictures, their derivatives and their minima."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dlvc_cli import BadOption, SurfaceSpec
from dlvc_cli.registry import Choice, registry
from dlvc_cli.specs import load_factory

PICTURES = Path(__file__).parents[2] / "shared" / "data" / "surfaces"
NAMES = ["beale", "madsen", "schaffer"]
ALL = [f"{name}:{form}" for name in NAMES for form in ("course", "textbook")]


def choose(text: str) -> Choice:
    return registry().choose("surfaces", text)


def grid(spec: SurfaceSpec, size: int = 1000) -> tuple[np.ndarray, np.ndarray]:
    """x and y of each grid point (row, column), both ends of the domain included."""
    steps = np.linspace(*spec.domain, size)
    along_columns, along_rows = np.meshgrid(steps, steps)
    if spec.x_along == "columns":
        return along_columns, along_rows
    return along_rows, along_columns


def minima(choice: Choice) -> tuple[tuple[float, float], ...]:
    assert isinstance(choice.spec.minima, str)
    return load_factory(choice.spec.minima)(**choice.values)


@pytest.mark.parametrize(
    ("name", "picture"), [("beale", "beale"), ("madsen", "madsen"), ("schaffer", "schaffern4")]
)
def test_the_course_forms_are_the_course_s_pictures(name: str, picture: str) -> None:
    path = PICTURES / f"{picture}.png"
    if not path.exists():
        pytest.skip(f"the course's picture {path.name} is not on this machine")
    levels = np.asarray(Image.open(path)).astype(np.int64)
    choice = choose(name)

    values = choice.build()(*grid(choice.spec), np)
    scaled = values / values.max() * 65535

    assert levels.shape == scaled.shape
    assert np.abs(np.rint(scaled) - levels).max() <= 1
    # The pictures were cut off rather than rounded, which holds them to far more than a level.
    assert (np.floor(scaled) == levels).mean() > 0.995


@pytest.mark.parametrize(
    ("text", "point", "value"),
    [
        ("beale:textbook", (3, 0.5), 0),
        ("beale:textbook", (0, 0), 14.203125),
        ("beale:course", (0, 2), 14.203125),
        ("madsen:textbook", (3, 1), 13**2 + math.sin(3) ** 2 + math.cos(1) ** 2),
        ("madsen:course", (1, 2), 7 + math.sin(2) + math.cos(2)),
        ("schaffer:textbook", (0, 0), 1),
        ("schaffer:textbook", (0, 1.25313), 0.292579),
        ("schaffer:course", (3, 3), 0.5 + 0.5 / 1.018**2),
    ],
)
def test_values_at_known_points(text: str, point: tuple[float, float], value: float) -> None:
    assert choose(text).build()(*map(np.float64, point), np) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("text", ALL)
@given(data=st.data())
@settings(deadline=None)
def test_torch_and_numpy_agree_and_autograd_is_the_slope(text: str, data: Any) -> None:
    choice = choose(text)
    formula = choice.build()
    low, high = choice.spec.domain
    x, y = data.draw(st.floats(low, high)), data.draw(st.floats(low, high))
    # Schaffer's ripples get ever finer outwards: no difference quotient follows them there.
    if "schaffer" in text:
        x, y = x / 10, y / 10
    point = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)

    value = formula(point[0], point[1], torch)
    (gradient,) = torch.autograd.grad(value, point)

    assert value.item() == pytest.approx(
        formula(np.float64(x), np.float64(y), np), rel=1e-12, abs=1e-12
    )
    h = 1e-5
    slope = [
        (formula(x + h, y, np) - formula(x - h, y, np)) / (2 * h),
        (formula(x, y + h, np) - formula(x, y - h, np)) / (2 * h),
    ]
    assert gradient.tolist() == pytest.approx(slope, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("text", ALL)
def test_minima_lie_in_the_domain_and_nothing_on_a_grid_is_lower(text: str) -> None:
    choice = choose(text)
    formula = choice.build()
    low, high = choice.spec.domain
    points = minima(choice)

    assert len(set(points)) == len(points)
    assert all(low <= coordinate <= high for point in points for coordinate in point)
    values = np.array([formula(np.float64(x), np.float64(y), np) for x, y in points])
    assert np.ptp(values) < 1e-12
    assert values.min() <= formula(*grid(choice.spec, 1500), np).min()


@pytest.mark.parametrize("text", [text for text in ALL if text != "schaffer:course"])
def test_the_slope_vanishes_at_the_minima(text: str) -> None:
    choice = choose(text)
    xs, ys = torch.tensor(minima(choice), dtype=torch.float64).T.requires_grad_()
    gradients = torch.autograd.grad(choice.build()(xs, ys, torch).sum(), (xs, ys))
    assert torch.stack(gradients).abs().max() < 1e-8


def test_on_the_border_the_course_s_schaffer_slopes_outwards_only() -> None:
    choice = choose("schaffer")
    for point in minima(choice):
        p = torch.tensor(point, dtype=torch.float64, requires_grad=True)
        (gradient,) = torch.autograd.grad(choice.build()(p[0], p[1], torch), p)
        border = int(abs(point[1]) == 50)
        assert gradient[border] * p[border] < 0
        assert abs(gradient[1 - border]) < 1e-8


def test_points_on_the_course_s_beale_curve_are_a_grid_step_apart_at_most() -> None:
    points = np.array(minima(choose("beale")))
    gaps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    branches = np.sign(points[:, 0])
    assert gaps[branches[1:] == branches[:-1]].max() <= 9 / 999
    # Both branches reach from border to border.
    for sign in (1, -1):
        branch = points[branches == sign]
        assert np.abs(branch).max(axis=0) == pytest.approx([4.5, 4.5])


@pytest.mark.parametrize("name", NAMES)
def test_the_default_start_is_on_the_grid(name: str) -> None:
    start = choose(name).spec.start
    assert start is not None
    assert all(0 <= coordinate <= 999 for coordinate in start)


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(BadOption, match="one of course, textbook"):
        choose("beale:form=other")
