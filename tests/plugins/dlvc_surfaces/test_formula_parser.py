"""What is no formula is refused with a sentence that points at the place, and takes no time."""

from __future__ import annotations

import time

import pytest
from dlvc_surfaces.formula_parser import parse
from hypothesis import given, settings
from hypothesis import strategies as st

from dlvc_cli import BadOption

WRONG = {
    "": "Which formula?",
    "sn(x) + y": r"no function sn \(character 1\). Did you mean sin",
    "x**2 + Sin(y)": r"no function Sin \(character 8\). Did you mean sin\?",
    "x + foo(y)": r"no function foo \(character 5\). There are abs, acos",
    "X**2": r"nothing called X \(character 1\). Did you mean x\?",
    "a*x": r"nothing called a \(character 1\). The variables are x and y",
    "3*xy": r"nothing called xy \(character 3\). Did you mean x\*y\?",
    "x**2 + 3*(y": r"this bracket is never closed \(character 10\)",
    "(x + y))": r"this bracket closes none \(character 8\)",
    "x +": "it breaks off at its end",
    "2x + y": r"operator is missing or out of place \(character 1\). A product is written with \*",
    "x y": r"operator is missing or out of place \(character 3\)",
    "x */ y": r"operator is missing or out of place \(character 4\)",
    "x(y + 1)": r"x is no function \(character 1\). A product is written x\*",
    "(x + 1)(y)": r"operator is missing before a bracket \(character 1\)",
    "sin*x": r"sin is a function \(character 1\). Write sin\(x\)",
    "sin() + x": r"sin takes 1 value, not 0 \(character 1\)",
    "max(x, y, 1)": r"max takes 2 values, not 3",
    "z = x**2": r"= has no place in it \(character 3\). Write only what stands behind it",
    "|x|": r"\| has no place in it \(character 1\). Write abs\(x\)",
    "x % 2": r"% has no place in it \(character 3\)",
    "x # y": "# has no place in it",
    "x < y": "< has no place in it",
    "0,5*x": "A decimal has a point",
    "np.sin(x)": "Names have no dots",
    "x.real": "Names have no dots",
    "x // y": "this is no arithmetic",
    "x if y else 1": "this is no arithmetic",
    "not x": "this is no arithmetic",
    "x and y": "this is no arithmetic",
    "(x for x in y)": "this is no arithmetic",
    "(yield x)": "this is no arithmetic",
    "True*x": "this is no arithmetic",
    "2j*x": "this is no arithmetic",
    "sin(*x)": "this is no arithmetic",
    "...+x": "this is no arithmetic",
    "__import__('os').system('touch /tmp/x')": "' has no place in it",
    "__import__(x)": "no function __import__",
    "2 + pi": "neither x nor y",
    "x*1e999": r"1e999 is no finite real number \(character 3\)",
    "9**9**9**9": r"9\*\*9\*\*9 is no finite real number \(character 4\)",
    "x**(10^400)": r"10\*\*400 is no finite real number",
    "(-8)**(1/3)*x": "is no finite real number",
    "x + log(0-1)": r"log\(0-1\) is no finite real number \(character 5\)",
    "x + 1/0": r"1/0 is no finite real number \(character 5\)",
    "x + " + "9" * 900: "no finite real number",
    "-" * 400 + "x": "nested too deeply",
    "(" * 300 + "x" + ")" * 300: "nested too deeply|missing",
    "x" + "+x" * 500: "at most 1,000 characters, not 1,001",
    "x + \0": "has no place in it",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_said_with_its_place(text: str) -> None:
    began = time.perf_counter()
    with pytest.raises(BadOption, match=WRONG[text]) as caught:
        parse(text)
    assert time.perf_counter() - began < 1
    assert len(str(caught.value)) < 400


@given(text=st.text("xy19.+-*/^() sincolgpe,_²·jif", max_size=40) | st.text(max_size=20))
@settings(deadline=None, max_examples=1000)
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    try:
        assert parse(text).text
    except BadOption as error:
        assert len(error.lines) == 1 and str(error)


def test_the_place_is_that_of_what_was_typed() -> None:
    for text in ("  x² + foo(y)", "x^2 · foo + y^2", "π*y + ä", "x**2\n + foo"):
        wrong = "ä" if "ä" in text else "foo"
        with pytest.raises(BadOption, match=rf"\(character {text.index(wrong) + 1}\)"):
            parse(text)


def test_of_a_long_formula_the_part_around_the_place_is_shown() -> None:
    text = " + ".join(["x**2"] * 40 + ["foo(y)"] + ["y**2"] * 40)
    with pytest.raises(BadOption, match=r"Formula \.\.\..*foo\(y\).*\.\.\.: there") as caught:
        parse(text)
    assert len(str(caught.value).partition(": ")[0]) < 80


def test_sums_as_long_as_a_formula_may_be_are_read() -> None:
    assert parse("+".join(["x"] * 100)).evaluate(2.0, 0.0, None) == 200
