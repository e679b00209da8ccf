"""Every built-in surface: its derivatives, its minima, its start; the course's are its images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from helpers.folders import SURFACES
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from dlvc_cli import BadOption, SurfaceSpec
from dlvc_cli.registry.registry import Choice, registry

SPECS: list[SurfaceSpec] = [
    offer.spec
    for offer in registry().offers("surfaces")
    if offer.plugin.name == "dlvc-surfaces" and offer.plugin.builtin
]


def variants(spec: SurfaceSpec) -> Iterator[str]:
    """The surface as it is, and with each other value of each parameter that has a few."""
    yield spec.name
    for param in spec.params:
        for choice in param.choices:
            if choice != param.default:
                yield f"{spec.name}:{param.name}={choice}"


ALL = [text for spec in SPECS for text in variants(spec)]
ALL += ["quadratic:condition=4:tilt=30", "rosenbrock:a=-0.5:b=10"]
WITHOUT_MINIMA = [spec.name for spec in SPECS if spec.minima == ()]
WITH_MINIMA = [text for text in ALL if text not in WITHOUT_MINIMA]


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
    found = choice.spec.minima
    return found if isinstance(found, tuple) else found(**choice.values)


def gradients(choice: Choice, points: np.ndarray) -> torch.Tensor:
    """The slopes (2, N) at points (N, 2), by autograd."""
    xs, ys = torch.tensor(points, dtype=torch.float64).T.requires_grad_()
    return torch.stack(torch.autograd.grad(choice.build()(xs, ys, torch).sum(), (xs, ys)))


@pytest.mark.parametrize(
    ("name", "image"), [("beale", "beale"), ("madsen", "madsen"), ("schaffer", "schaffern4")]
)
def test_the_course_forms_are_the_course_s_images(name: str, image: str) -> None:
    path = SURFACES / f"{image}.png"
    if not path.exists():
        pytest.skip(f"the course's image {path.name} is not on this machine")
    levels = np.asarray(Image.open(path)).astype(np.int64)
    choice = choose(name)

    values = choice.build()(*grid(choice.spec), np)
    scaled = values / values.max() * 65535

    assert levels.shape == scaled.shape
    assert np.abs(np.rint(scaled) - levels).max() <= 1
    # The images were cut off rather than rounded, which holds them to far more than a level.
    assert (np.floor(scaled) == levels).mean() > 0.995


@pytest.mark.parametrize("text", ALL)
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_torch_and_numpy_agree_and_autograd_is_the_slope(text: str, data: Any) -> None:
    choice = choose(text)
    formula = choice.build()
    low, high = choice.spec.domain
    # Schaffer's ripples get ever finer outwards: no difference quotient follows them there.
    if "schaffer" in text:
        low, high = low / 10, high / 10
    x, y = data.draw(st.floats(low, high)), data.draw(st.floats(low, high))
    # Ackley's function has a peak at its minimum.
    assume(text != "ackley" or np.hypot(x, y) > 0.1)
    point = torch.tensor([x, y], dtype=torch.float64, requires_grad=True)

    value = formula(point[0], point[1], torch)
    (gradient,) = torch.autograd.grad(value, point)

    steepness = np.abs(formula(*grid(choice.spec, 50), np)).max() / (high - low)
    assert value.item() == pytest.approx(
        formula(np.float64(x), np.float64(y), np), rel=1e-12, abs=1e-12
    )
    h = 1e-6 * (high - low)
    slope = [
        (formula(x + h, y, np) - formula(x - h, y, np)) / (2 * h),
        (formula(x, y + h, np) - formula(x, y - h, np)) / (2 * h),
    ]
    assert gradient.tolist() == pytest.approx(slope, rel=1e-6, abs=1e-6 * steepness)


@pytest.mark.parametrize("text", ALL)
def test_values_and_gradients_are_finite_all_over_the_domain(text: str) -> None:
    choice = choose(text)
    # An odd number of points: the middle of the domain, often a minimum, is one of them.
    x, y = grid(choice.spec, 201)
    assert np.isfinite(choice.build()(x, y, np)).all()
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    assert gradients(choice, points).isfinite().all()


@pytest.mark.parametrize("text", WITH_MINIMA)
def test_minima_lie_in_the_domain_and_nothing_on_a_grid_is_lower(text: str) -> None:
    choice = choose(text)
    formula = choice.build()
    low, high = choice.spec.domain
    points = minima(choice)

    assert points and len(set(points)) == len(points)
    assert all(low <= coordinate <= high for point in points for coordinate in point)
    values = np.array([formula(np.float64(x), np.float64(y), np) for x, y in points])
    assert np.ptp(values) < 1e-12
    assert values.min() <= formula(*grid(choice.spec, 1500), np).min() + 1e-12


@pytest.mark.parametrize("text", [text for text in WITH_MINIMA if text != "schaffer"])
def test_the_slope_vanishes_at_the_minima(text: str) -> None:
    choice = choose(text)
    assert gradients(choice, np.array(minima(choice))).abs().max() < 1e-8


def test_on_the_border_the_course_s_schaffer_slopes_outwards_only() -> None:
    choice = choose("schaffer")
    points = np.array(minima(choice))
    for point, gradient in zip(points, gradients(choice, points).T, strict=True):
        border = int(abs(point[1]) == 50)
        assert gradient[border] * point[border] < 0
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


@pytest.mark.parametrize("name", [spec.name for spec in SPECS])
def test_the_default_start_is_on_the_grid_and_slopes(name: str) -> None:
    choice = choose(name)
    start = choice.spec.start
    assert start is not None
    assert all(0 <= coordinate <= 999 for coordinate in start)
    low, high = choice.spec.domain
    point = np.array(start) / 999 * (high - low) + low
    if choice.spec.x_along == "rows":
        point = point[::-1].copy()
    values = choice.build()(*grid(choice.spec), np)
    # In values of [0, 1] a grid unit; walks stop below 1e-6.
    slope = gradients(choice, point[None]).norm().item() * (high - low) / 999 / np.ptp(values)
    assert slope > 1e-5


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(BadOption, match="one of course, textbook"):
        choose("beale:form=other")
