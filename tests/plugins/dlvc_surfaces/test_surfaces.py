"""What holds for every built-in surface: its derivatives, its text, its minima, its start."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import sympy
import torch
from helpers.surfaces import choose, gradients, grid
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy.parsing import sympy_parser

from dlvc_cli import SurfaceSpec
from dlvc_cli.registry.registry import registry

SPECS: list[SurfaceSpec] = [
    offer.spec
    for offer in registry().offers("surfaces")
    if offer.plugin.name == "dlvc-surfaces" and offer.plugin.builtin
]


NAMES = [spec.name for spec in SPECS]


def forms(spec: SurfaceSpec) -> Iterator[str]:
    """The surface as it is, and with each other value of each parameter that has a few."""
    yield spec.name
    for param in spec.params:
        for choice in param.choices:
            if choice != param.default:
                yield f"{spec.name}:{param.name}={choice}"


ALL = [text for spec in SPECS for text in forms(spec)]
ALL += ["quadratic:condition=4:tilt=30", "rosenbrock:a=-0.5:b=10"]
WITH_MINIMA = [text for text in ALL if choose(text).build().minima]


@pytest.mark.parametrize("text", ALL)
@given(data=st.data())
@settings(deadline=None, max_examples=40)
def test_torch_and_numpy_agree_and_autograd_is_the_slope(text: str, data: Any) -> None:
    choice = choose(text)
    formula = choice.build().function
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
    assert np.isfinite(choice.build().function(x, y, np)).all()
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    assert gradients(choice, points).isfinite().all()


@pytest.mark.parametrize("text", WITH_MINIMA)
def test_minima_lie_in_the_domain_and_nothing_on_a_grid_is_lower(text: str) -> None:
    choice = choose(text)
    formula = choice.build().function
    low, high = choice.spec.domain
    points = choice.build().minima

    assert points and len(set(points)) == len(points)
    assert all(low <= coordinate <= high for point in points for coordinate in point)
    values = np.array([formula(np.float64(x), np.float64(y), np) for x, y in points])
    assert np.ptp(values) < 1e-12
    assert values.min() <= formula(*grid(choice.spec, 1500), np).min() + 1e-12


@pytest.mark.parametrize("text", [text for text in WITH_MINIMA if text != "schaffer"])
def test_the_slope_vanishes_at_the_minima(text: str) -> None:
    choice = choose(text)
    assert gradients(choice, np.array(choice.build().minima)).abs().max() < 1e-8


@pytest.mark.parametrize("name", NAMES)
def test_the_default_start_is_on_the_grid_and_slopes(name: str) -> None:
    choice = choose(name)
    start = choice.spec.start
    assert start is not None
    assert all(0 <= coordinate <= 999 for coordinate in start)
    low, high = choice.spec.domain
    point = np.array(start) / 999 * (high - low) + low
    if choice.spec.x_along == "rows":
        point = point[::-1].copy()
    values = choice.build().function(*grid(choice.spec), np)
    # In values of [0, 1] a grid unit; walks stop below 1e-6.
    slope = gradients(choice, point[None]).norm().item() * (high - low) / 999 / np.ptp(values)
    assert slope > 1e-5


def parse(text: str, names: list[str]) -> Any:
    """A formula in plain text as a function of x, y and the named parameters."""
    symbols = {name: sympy.Symbol(name) for name in ("x", "y", *names)}
    steps = (
        *sympy_parser.standard_transformations,
        sympy_parser.convert_xor,
        sympy_parser.implicit_multiplication_application,
    )
    spaced = re.sub(r"\bxy\b", "x y", re.sub(r"\|([^|]+)\|", r"(Abs(\1))", text))
    constants = {"e": sympy.E, "pi": sympy.pi}
    expression = sympy_parser.parse_expr(spaced, symbols | constants, steps)
    return sympy.lambdify(list(symbols.values()), expression, "numpy")


@pytest.mark.parametrize("name", [*NAMES, "beale:textbook", "madsen:textbook", "schaffer:textbook"])
def test_the_formula_as_text_is_the_formula(name: str) -> None:
    choice = choose(name)
    given = {key: value for key, value in choice.values.items() if key != "form"}
    described = parse(choice.build().text, list(given))
    x, y = np.random.default_rng(0).uniform(*choice.spec.domain, (2, 100))
    expected = described(x, y, *given.values())
    np.testing.assert_allclose(choice.build().function(x, y, np), expected, rtol=1e-9, atol=1e-9)
