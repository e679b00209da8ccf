"""A formula's text as terms: in Python's notation or the usual one.

``x**2 + 3*np.sin(y)`` and ``x^2 + 3 sin(y)`` are the same. A product may be without a sign
(``2 xy``, ``x (y + 1)``), and a size between bars. Text is read, never run.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from keyword import iskeyword

from dlvc_cli.reporting.descent.page.typesetting.terms import (
    LETTERS,
    Absolute,
    Call,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Term,
)

__all__ = ["Unreadable", "read"]

# A word directly before a parenthesis is a function, too; these are none but functions.
_FUNCTIONS = {
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "asinh", "acosh", "atanh"),
    *("arctan2", "atan2", "exp", "expm1", "log", "ln", "log2", "log10", "log1p", "sqrt"),
    *("abs", "fabs", "absolute", "sign", "floor", "ceil", "square", "pow", "power"),
    *("min", "max", "minimum", "maximum", "hypot"),
}

_LONGEST = 2000
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      | (?:(?:np|numpy|math|torch|xp)\.)?(?P<name>[^\W\d_]\w*)
      | (?P<sign>\*\*|[-+*/^(),|·−])
    )""",
    re.VERBOSE,
)
# Products of the two variables are written without a space.
_VARIABLES = re.compile(r"[xy]{2,}")
# What a factor without a sign before it begins with.
_BEGINS = ("number", "name", "function", "(")
_SAME = {"**": "^", "·": "*", "−": "-"}


class Unreadable(Exception):
    """A text that is no formula, or not in a notation that is known here."""


def read(text: str) -> Term:
    """The terms of a formula.

    Raises:
        Unreadable: there is something else in it.
    """
    if len(text) > _LONGEST:
        raise Unreadable("it is too long")
    reader = _Reader(_tokens(text))
    try:
        term = reader.sum()
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None
    reader.expect("end")
    return term


def _tokens(text: str) -> list[tuple[str, str]]:
    """Kinds and texts: number, name, function, or a sign, which is its own kind; ``end`` is the
    last."""
    tokens: list[tuple[str, str]] = []
    place, text = 0, text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise Unreadable(f"{text[place:].strip()[:10]!r} has no meaning here")
        place = found.end()
        if name := found["name"]:
            _check_name(name, tokens)
            several = list(name) if _VARIABLES.fullmatch(name) else [name]
            kind = "function" if _is_function(name, text[place : place + 1]) else "name"
            tokens.extend((kind, one) for one in several)
        elif number := found["number"]:
            tokens.append(("number", number))
        else:
            sign = _SAME.get(found["sign"], found["sign"])
            tokens.append((sign, sign))
    return [*tokens, ("end", "")]


def _check_name(name: str, before: list[tuple[str, str]]) -> None:
    """Words of Python, and words in a row, are no formula."""
    if name in LETTERS:
        return
    follows = bool(before) and before[-1][0] == "name" and _is_word(before[-1][1])
    if iskeyword(name) or (follows and _is_word(name)):
        raise Unreadable(f"{name!r} is a word")


def _is_word(name: str) -> bool:
    return len(name) > 1 and name not in LETTERS and name not in _FUNCTIONS


def _is_function(name: str, after: str) -> bool:
    """Letters before a parenthesis, ``x`` or ``alpha2``, are factors."""
    stem = name.rstrip("_0123456789")
    is_factor = len(stem) == 1 or stem in LETTERS or bool(_VARIABLES.fullmatch(name))
    return name in _FUNCTIONS or (after == "(" and not is_factor)


class _Reader:
    """Reads tokens by recursive descent; a method for each rank of the signs."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0
        self._in_bars = False

    @property
    def _kind(self) -> str:
        return self._tokens[self._place][0]

    def _take(self) -> str:
        _, text = self._tokens[self._place]
        self._place += 1
        return text

    def _takes(self, kind: str) -> bool:
        if self._kind != kind:
            return False
        self._place += 1
        return True

    def expect(self, kind: str) -> None:
        """Go past what must come next."""
        if not self._takes(kind):
            raise self._surprise()

    def _surprise(self) -> Unreadable:
        return Unreadable(f"{self._tokens[self._place][1] or 'its end'!r} comes too soon")

    def sum(self) -> Term:
        """Terms with + and - between them, the first perhaps with a sign."""
        term = self._signed(self._product)
        while self._kind in ("+", "-"):
            minus = self._take() == "-"
            term = Sum(term, self._product(), minus)
        return term

    def _signed(self, read_on: Callable[[], Term]) -> Term:
        if self._takes("-"):
            return Negative(self._signed(read_on))
        if self._takes("+"):
            return self._signed(read_on)
        return read_on()

    def _product(self) -> Term:
        term = self._signed(self._power)
        while True:
            if self._takes("*"):
                term = Product(term, self._signed(self._power))
            elif self._takes("/"):
                term = Quotient(term, self._signed(self._power))
            elif self._kind in _BEGINS or (self._kind == "|" and not self._in_bars):
                term = Product(term, self._power())
            else:
                return term

    def _power(self) -> Term:
        base = self._atom()
        if self._takes("^"):
            return Power(base, self._signed(self._power))
        return base

    def _atom(self) -> Term:
        if self._kind == "number":
            return Number(self._take())
        if self._kind == "name":
            return Name(self._take())
        if self._kind == "function":
            return self._called(self._take())
        if self._kind == "(":
            (term,) = self._inside("(", ")")
            return term
        if self._kind == "|":
            return self._size()
        raise self._surprise()

    def _called(self, name: str) -> Term:
        if self._kind == "|":
            return _call(name, (self._size(),))
        return _call(name, self._inside("(", ")", several=True))

    def _size(self) -> Term:
        (term,) = self._inside("|", "|")
        return Absolute(term)

    def _inside(self, opening: str, closing: str, *, several: bool = False) -> tuple[Term, ...]:
        self.expect(opening)
        before, self._in_bars = self._in_bars, opening == "|"
        terms = [self.sum()]
        while several and self._takes(","):
            terms.append(self.sum())
        self._in_bars = before
        self.expect(closing)
        return tuple(terms)


def _call(name: str, arguments: tuple[Term, ...]) -> Term:
    """A call, or what is written otherwise in mathematics."""
    match name, arguments:
        case (("abs" | "fabs" | "absolute"), (of,)):
            return Absolute(of)
        case (("pow" | "power"), (base, exponent)):
            return Power(base, exponent)
        case "square", (base,):
            return Power(base, Number("2"))
        case "expm1", (of,):
            return Sum(Call("exp", (of,)), Number("1"), minus=True)
        case "log1p", (of,):
            return Call("log", (Sum(Number("1"), of),))
    return Call(name, arguments)
