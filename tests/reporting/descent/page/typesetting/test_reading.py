"""Formulas as they are read: each of a built-in surface means what its function computes."""

from __future__ import annotations

import contextlib
import itertools
import math
from typing import Any

import numpy as np
import pytest
from dlvc_surfaces.expression import FUNCTIONS
from hypothesis import given
from hypothesis import strategies as st

from dlvc_cli.contract.formula import Formula
from dlvc_cli.registry.offers import Choice
from dlvc_cli.registry.registry import registry
from dlvc_cli.reporting.descent.page.typesetting.reading import Unreadable, read
from dlvc_cli.reporting.descent.page.typesetting.terms import (
    Absolute,
    Call,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)

NAMES = {"x": 0.7, "y": -1.3, "pi": math.pi, "e": math.e, "a": 1.0, "b": 100.0, "alpha2": 3.0}


def value(term: Any, names: dict[str, float] = NAMES) -> float:
    """What a formula comes to, worked out from its terms."""

    def of(term: Any) -> float:
        return value(term, names)

    match term:
        case Number(text):
            return float(text)
        case Name(text):
            return names[text]
        case Negative(part):
            return -of(part)
        case Sum(left, right, minus):
            return of(left) - of(right) if minus else of(left) + of(right)
        case Product(left, right):
            return of(left) * of(right)
        case Quotient(above, below):
            return of(above) / of(below)
        case Power(base, exponent):
            return of(base) ** of(exponent)
        case Absolute(part):
            return abs(of(part))
        case Call(name, arguments):
            return float(getattr(np, name)(*map(of, arguments)))
    raise AssertionError(term)


def formulas() -> list[tuple[str, dict[str, Any], Formula]]:
    """Those of all built-in surfaces, in all their forms."""
    found = []
    for offer in registry().offers("surfaces"):
        params = offer.spec.params
        for values in itertools.product(*([*(p.choices or ()), p.default] for p in params)):
            chosen = dict(zip((p.name for p in params), values, strict=True))
            found.append((offer.name, chosen, Choice(offer, chosen).build()))
    return found


@pytest.mark.parametrize(("name", "chosen", "formula"), formulas())
def test_a_built_in_surfaces_formula_means_what_its_function_computes(name, chosen, formula):
    term = read(formula.text)
    rng = np.random.default_rng(3)
    for x, y in rng.uniform(-2, 2, (20, 2)).tolist():
        # A tilt is in degrees; it is 0.
        names = {**NAMES, **{k: v for k, v in chosen.items() if isinstance(v, float)}}
        there = value(term, {**names, "x": x, "y": y})
        assert there == pytest.approx(float(formula.function(np.array(x), np.array(y), np)))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("x**2 + 3*np.sin(y)", "x^2 + 3 sin(y)"),
        ("-x**2*-y", "-(x^2) * (-y)"),
        ("2**3**2 - 2^-1", "2^(3^2) - 1/2"),
        ("x - y - 1", "(x - y) - 1"),
        ("x/2/y*3", "((x/2)/y) 3"),
        ("2xy^2", "2*x*(y**2)"),
        ("| |x| - |y - 1| |", "abs(abs(x) - abs(y - 1))"),
        ("2|x|y", "2*abs(x)*y"),
        ("math.pow(x, 3) + numpy.square(y)", "x^3 + y^2"),
        ("1e-3 x + .5 + 2.e1", "0.001 x + 0.5 + 20"),
        ("exp(-x) − 2·y", "exp(-x) - 2*y"),
        ("cos(x)^2", "(cos(x))^2"),
        ("x(y + 1)(y - 1)", "x*(y+1)*(y-1)"),
        ("+x - -+y", "x + y"),
        ("expm1(x)^2 log1p(x)", "(exp(x) - 1)^2*log(1 + x)"),
        ("sin (x) sinc(x)^2", "sin(x)*(sinc(x))^2"),
        ("alpha2(x + 1)", "alpha2*(x + 1)"),
    ],
)
def test_one_meaning_in_python_s_notation_and_in_the_usual_one(text, same):
    assert value(read(text)) == pytest.approx(value(read(same)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_of_a_formula_is_read_as_one(name):
    arguments = ", ".join("xy"[: FUNCTIONS[name]])
    term = read(f"2 {name}({arguments})**3")
    # Were it a factor, the exponent would belong to its argument alone.
    match term:
        case Product(Number("2"), Power(Call() | Absolute() | Sum(), Number("3"))):
            return
    raise AssertionError(term)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("-x**2*-y", -(0.7**2) * 1.3), ("2**3**2", 512), ("x/2/y", 0.7 / 2 / -1.3), ("2xy", -1.82)],
)
def test_ranks_of_signs_are_those_of_python(text, expected):
    assert value(read(text)) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    ["", "x +", "(x", "x)", "|x", "x if y else 2", "x < y", "sin", "sin x", "f(x, y)", "x, y",
     "__import__('os')", "<b>x</b>", "a bowl, tilted", "tilted bowl", "x ** ", "* x", "x = 2",
     "(" * 1000, "-" * 1500 + "x", "x + " * 501 + "x"],
)  # fmt: skip
def test_what_is_no_formula_is_not_read(text):
    with pytest.raises(Unreadable):
        read(text)


@given(st.text(alphabet="xy12.+-*/^()| sincosqrt,", max_size=40))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(Unreadable):
        read(text)
