"""Formulas: their values against Python's own, their slopes against the textbook's, their text."""

from __future__ import annotations

import cmath
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from dlvc_surfaces.expression import FUNCTIONS, call, number, of
from dlvc_surfaces.formula_parser import parse
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlvc_cli import BadOption

IN_PYTHON: dict[str, Any] = {
    name: getattr(math, name.replace("arc", "a"), None) for name in FUNCTIONS
}
IN_PYTHON |= {"abs": abs, "min": min, "max": max, "minimum": min, "maximum": max}
IN_PYTHON |= {"ln": math.log, "pi": math.pi, "e": math.e}


def by_python(text: str, x: float, y: float) -> Any:
    return eval(text, {"__builtins__": {}}, IN_PYTHON | {"x": x, "y": y, "x1": x, "x2": y})


ONE = [name for name, arity in FUNCTIONS.items() if arity == 1]
TWO = [name for name, arity in FUNCTIONS.items() if arity == 2]
LEAVES = st.sampled_from(["x", "y", "x1", "x2", "1", "2", "3", "0.5", "1e-3", "10.25", "pi", "e"])


def larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "/", "**", " + ", " * "])
    return st.one_of(
        st.builds("{}{}{}".format, parts, operators, parts),
        st.builds("({}{}{})".format, parts, operators, parts),
        st.builds("-{}".format, parts),
        st.builds("+({})".format, parts),
        st.builds("{}({})".format, st.sampled_from(ONE), parts),
        st.builds("{}({}, {})".format, st.sampled_from(TWO), parts, parts),
    )


TEXTS = st.recursive(LEAVES, larger, max_leaves=12).filter(re.compile(r"\b[xy]").search)


@given(text=TEXTS, x=st.floats(-4, 4), y=st.floats(-4, 4))
@settings(deadline=None, max_examples=300)
def test_a_formula_is_what_python_makes_of_it(text: str, x: float, y: float) -> None:
    try:
        expected = by_python(text, x, y)
        near = [by_python(text, x + 1e-13 * h, y + 1e-13 * k) for h in (-1, 1) for k in (-1, 1)]
    except (ArithmeticError, ValueError, TypeError):
        assume(False)
    assume(not isinstance(expected, complex) and cmath.isfinite(expected))
    # Where the last digit of x decides, NumPy's and Python's sines may differ.
    assume(all(abs(value - expected) <= 1e-9 * max(abs(expected), 1) for value in near))
    evaluate = parse(text).evaluate

    assert evaluate(np.array([x]), np.array([y]), np) == pytest.approx(expected, 1e-7, 1e-7)
    tensors = (torch.tensor([value], dtype=torch.float64) for value in (x, y))
    assert evaluate(*tensors, torch).item() == pytest.approx(expected, 1e-7, 1e-7)


@given(text=TEXTS)
@settings(deadline=None, max_examples=200)
def test_the_text_reads_back_as_the_same_formula(text: str) -> None:
    try:
        first = parse(text)
    except BadOption:
        assume(False)
    again = parse(re.sub(r"(?<=[\w)]) (?=[\w(])", "*", first.text))
    x, y = np.random.default_rng(0).uniform(-4, 4, (2, 20))
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(again.evaluate(x, y, np), first.evaluate(x, y, np))
    assert again.text == first.text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("x**2+3*y**2", "x^2 + 3 y^2"),
        ("-x**2 - -y", "-x^2 - (-y)"),
        ("-cos(x)*exp(-y**2)", "-cos(x) exp(-y^2)"),
        ("-(x + y)*-2", "-(x + y) (-2)"),
        ("(x+1)*(y-2)/3", "(x + 1) (y - 2)/3"),
        ("x/3*y", "x/3 * y"),
        ("x*2*pi*3", "x * 2 pi * 3"),
        ("2**-x", "2^(-x)"),
        ("x-(y-1)", "x - (y - 1)"),
        ("x²·y³ − π", "x^2 y^3 - pi"),
        ("max(x1, 0.50)^1.5", "max(x, 0.5)^1.5"),
        ("sin(x)**2*cos(y)", "sin(x)^2 cos(y)"),
    ],
)
def test_the_text_is_as_people_write_it(typed: str, text: str) -> None:
    assert parse(typed).text == text


SLOPES: dict[str, Any] = {
    "x**2 + 3*y**2": lambda x, y: (2 * x, 6 * y),
    "sin(x)*cos(y)": lambda x, y: (np.cos(x) * np.cos(y), -np.sin(x) * np.sin(y)),
    "exp(-x^2)*y": lambda x, y: (-2 * x * y * np.exp(-(x**2)), np.exp(-(x**2))),
    "log(1 + x**2 + y**2)": lambda x, y: (2 * x / (1 + x**2 + y**2), 2 * y / (1 + x**2 + y**2)),
    "hypot(x, y)": lambda x, y: (x / np.hypot(x, y), y / np.hypot(x, y)),
    "sqrt(x**2 + 1)/(2 + y)": lambda x, y: (
        x / np.sqrt(x**2 + 1) / (2 + y),
        -np.sqrt(x**2 + 1) / (2 + y) ** 2,
    ),
    "x**y": lambda x, y: (y * x ** (y - 1), x**y * np.log(x)),
    "2**x + abs(y - 9)": lambda x, y: (np.log(2) * 2**x, 0 * y - 1),
    "maximum(x, 2*y) - min(x, 0.1)": lambda x, y: (1.0 * (x > 2 * y), 2.0 * (x < 2 * y)),
    "arctan2(y, x)": lambda x, y: (-y / (x**2 + y**2), x / (x**2 + y**2)),
    "tanh(x) + cosh(y)/sinh(1)": lambda x, y: (
        1 - np.tanh(x) ** 2,
        np.sinh(y) / np.sinh(1),
    ),
}


@pytest.mark.parametrize("text", list(SLOPES))
def test_slopes_by_autograd_are_the_textbook_s(text: str) -> None:
    x, y = np.random.default_rng(1).uniform(0.2, 3, (2, 50))
    leaves = [torch.tensor(values, requires_grad=True) for values in (x, y)]
    values = parse(text).evaluate(*leaves, torch)
    slopes = torch.autograd.grad(values.sum(), leaves)
    for slope, expected in zip(slopes, SLOPES[text](x, y), strict=True):
        np.testing.assert_allclose(slope.numpy(), expected, rtol=1e-12, atol=1e-14)


def test_numbers_are_computed_at_once_and_must_be_finite() -> None:
    assert call("hypot", number(3, "3"), number(4, "4")).number == 5
    assert call("hypot", of("x"), number(4, "4")).number is None
    with pytest.raises(OverflowError):
        number(math.inf, "inf")


def test_the_readme_lists_every_function():
    readme = (Path(__file__).parents[3] / "README.md").read_text()
    listed, others = re.search(r"`(sin cos [a-z0-9\s]+)` \(or ([^)]+)\)", readme).groups()
    named = [*listed.split(), *re.findall(r"`(\w+)`", others)]
    assert set(named) <= FUNCTIONS.keys() and len(named) == len(set(named))
    # What is left out is another name for one that is listed.
    assert {values(name) for name in FUNCTIONS} == {values(name) for name in listed.split()}


def values(name: str) -> str:
    """Some values of a function, as text, in which nan is nan."""
    expression = parse(f"{name}({', '.join('xy'[: FUNCTIONS[name]])})")
    with np.errstate(invalid="ignore"):
        return str(expression.evaluate(np.array([0.4, 1.4]), np.array([0.7, 0.7]), np).tolist())
