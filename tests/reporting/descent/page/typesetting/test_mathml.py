"""Formulas as MathML: what they say, that they are well formed, and that nothing else gets in."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dlvc_cli as dlvc
from dlvc_cli.registry.offers import Choice
from dlvc_cli.registry.registry import registry
from dlvc_cli.reporting.descent.page.typesetting.mathml import formula_markup

ELEMENTS = {
    *("p", "math", "mrow", "mi", "mn", "mo", "mspace", "msup", "msub", "mfrac", "msqrt", "wbr"),
}


def parsed(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<p>{markup.replace('<wbr>', '<wbr/>')}</p>")


def words(text: str) -> str:
    """A formula's markup in short: fractions as {a/b}, roots as root{a}, powers as a^{b}."""

    def say(element: ElementTree.Element) -> str:
        parts = [say(child) for child in element]
        match element.tag:
            case "mfrac":
                return "{" + "/".join(parts) + "}"
            case "msup":
                return parts[0] + "^{" + parts[1] + "}"
            case "msub":
                return parts[0] + "_" + parts[1]
            case "msqrt":
                return "root{" + "".join(parts) + "}"
            case "mspace":
                return " "
        return (element.text or "").replace("\u2061", "") + "".join(parts)

    shown = say(parsed(formula_markup(text)))
    assert shown.startswith("f(x,y)=")
    return shown.removeprefix("f(x,y)=")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x**2 + 3*y**2", "x^{2}+3 y^{2}"),
        ("arcsinh(x)**2 + asinh(x) log2(y)", "arcsinh^{2}(x)+arcsinh(x) log_2(y)"),
        ("expm1(x^2) + log1p(x^2)", "e^{x^{2}}−1+log(1+x^{2})"),
        ("atan2(y, x) + foo3(x)**2", "arctan(y,x)+foo3^{2}(x)"),
        ("(x + 1)*(x - 1)/2", "{(x+1) (x−1)/2}"),
        ("2*3*x", "2·3 x"),
        ("x - (y - 1)", "x−(y−1)"),
        ("(x + y) + 1", "x+y+1"),
        ("-(x + y)", "−(x+y)"),
        ("x - -y", "x−(−y)"),
        ("(-x)^2 + (x/y)^2 + (x^2)^3", "(−x)^{2}+({x/y})^{2}+(x^{2})^{3}"),
        ("(x y)^2", "(x y)^{2}"),
        ("sqrt(x + 1)^2", "root{x+1}^{2}"),
        ("cos(x)**2 + cos(x)**y", "cos^{2}(x)+(cos(x))^{y}"),
        ("sin|x - y|", "sin|x−y|"),
        ("abs(x)", "|x|"),
        ("exp(-x) + exp(-x/2)", "e^{−x}+exp(−{x/2})"),
        ("cos(2 pi x)", "cos(2 π x)"),
        ("x1 + alpha_2", "x_1+α_2"),
        ("1e-5 x + 2.5e10", "10^{−5} x+2.5·10^{10}"),
        ("np.maximum(x, log10(y))", "max(x,log_10(y))"),
        ("floor(x) ceil(y)", "⌊x⌋ ⌈y⌉"),
    ],
)
def test_it_says_what_the_text_says(text, shown):
    assert words(text) == shown


def test_every_built_in_formula_is_typeset():
    for offer in registry().offers("surfaces"):
        values = {param.name: param.default for param in offer.spec.params}
        markup = formula_markup(Choice(offer, values).build().text)
        assert markup.startswith("<math"), offer.name
        assert {element.tag for element in parsed(markup).iter()} <= ELEMENTS


@pytest.mark.parametrize("text", ["a bowl, tilted", "x < y <script>", "x = 2 & y"])
def test_what_is_not_read_is_shown_as_text(text):
    assert formula_markup(text) == html.escape(f"f(x, y) = {text}")
    assert formula_markup("") == ""


@given(st.text(max_size=30) | st.text(alphabet="xy2.+-*/^()| sin<>&\"',_é", max_size=30))
def test_nothing_of_a_text_becomes_markup(text):
    markup = formula_markup(text)
    if markup.startswith("<math"):
        assert {element.tag for element in parsed(markup).iter()} <= ELEMENTS
    else:
        assert not re.search("[<>]", markup)


def test_the_page_shows_it(look):
    page = look(dlvc.descend("himmelblau", grid=40, max_steps=5))
    assert page.locator("#formula math").count() == 2
    assert page.locator("#formula msup").count() == 4
    assert page.get_attribute("#formula", "title").startswith("D. M. Himmelblau")
