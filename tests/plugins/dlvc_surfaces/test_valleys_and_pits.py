"""The built-in surfaces against the literature, and what each of them is there to show."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
import sympy
from sympy.parsing import sympy_parser

from dlvc_cli import BadOption
from dlvc_cli.registry.registry import Choice, registry

NAMES = [
    offer.spec.name
    for offer in registry().offers("surfaces")
    if offer.plugin.name == "dlvc-surfaces" and offer.plugin.builtin
]
SADDLES = ["saddle", "monkey-saddle"]


def choose(text: str) -> Choice:
    return registry().choose("surfaces", text)


def at(text: str, x: float, y: float) -> float:
    return float(choose(text).build().function(np.float64(x), np.float64(y), np))


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
        ("quadratic", (1, 1), 51),
        ("quadratic:condition=7:tilt=90", (1, 0), 7),
        ("quadratic:tilt=45", (1, 1), 2),
        ("rosenbrock", (-1.2, 1), 24.2),
        ("rosenbrock:a=2:b=3", (1, 0), 4),
        ("saddle", (2, 1), 3),
        ("monkey-saddle", (0.5, math.sqrt(3) / 2), -1),
        ("easom", (math.pi, math.pi), -1),
        ("easom", (0, 0), -2.675287991074243e-09),
        ("himmelblau", (0, 0), 170),
        ("himmelblau", (-0.270845, -0.923039), 181.616522),
        ("camel", (0.0898, -0.7126), -1.031628),
        ("camel", (1.607105, 0.568651), 2.104250),
        ("three-hump-camel", (1.747552, -0.873776), 0.298638),
        ("styblinski-tang", (-2.903534, -2.903534), -78.332331),
        ("styblinski-tang", (2.746803, -2.903534), -64.195612),
        # The four minima in Goldstein and Price 1971.
        ("goldstein-price", (0, -1), 3),
        ("goldstein-price", (-0.6, -0.4), 30),
        ("goldstein-price", (1.8, 0.2), 84),
        ("goldstein-price", (1.2, 0.8), 840),
        ("rastrigin", (1, 1), 2),
        ("rastrigin", (4.522993, 4.522993), 80.706580),
        ("ackley", (0, 0), 0),
        ("ackley", (1, 1), 3.625385),
        ("griewank", (0, 0), 0),
        ("griewank", (3.140023, 4.438444), 0.007396),
    ],
)
def test_values_at_known_points(text: str, point: tuple[float, float], value: float) -> None:
    assert at(text, *point) == pytest.approx(value, abs=1e-6)


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
