"""A formula as it is typed, ``x**2 + 3*y^2``, read into an expression; nothing of it is executed.

Python's own parser makes a tree of it, and what that may hold is on a short list: numbers, x and y,
the constants, functions and operators of ``expression``. All else is refused, with its place.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from dlvc_cli import BadOption
from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_surfaces.expression import (
    CONSTANTS,
    FUNCTIONS,
    Expression,
    call,
    combined,
    negated,
    number,
    of,
)

__all__ = ["VARIABLES", "parse"]

VARIABLES = {"x": "x", "y": "y", "x1": "x", "x2": "y"}
"""How the two variables may be called."""

_MOST_CHARACTERS = 1000
_MOST_DEPTH = 120

# How people write what Python writes otherwise.
_SPELLED = {"^": "**", "²": "**2", "³": "**3", "·": "*", "×": "*", "−": "-", "\t": " ", "\n": " "}
_OTHER_SIGN = re.compile(r"[^\w\s.,()+*/^·×−-]")
_INSTEAD = {
    "=": "Write only what stands behind it.",
    "|": "Write abs(x) for |x|.",
    "[": "Brackets are ( and ).",
    "]": "Brackets are ( and ).",
    "{": "Brackets are ( and ).",
    "}": "Brackets are ( and ).",
    "√": "Write sqrt(x).",
}
_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
_PRODUCT = "A product is written with *: 2*x."
_ALLOWED = "A formula has numbers, x, y, + - * / ** and functions such as sin(x)."
# Shown of a long formula, to either side of what is wrong.
_AROUND = 25


def parse(text: str) -> Expression:
    """Read a formula.

    Raises:
        BadOption: it is none; says what is wrong, and where.
    """
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        pieces = [_SPELLED.get(character, character) for character in text]
        source = "".join(pieces)
        # Blanks at the left would be an indent.
        blanks = len(source) - len(source.lstrip())
        self._source = source.strip()
        # Where each character of the source comes from.
        self._places = [k for k, piece in enumerate(pieces) for _ in piece][blanks:]

    def parse(self) -> Expression:
        if not self._text.strip():
            raise BadOption("Which formula? Try 'x**2 + 3*y**2'.")
        if len(self._text) > _MOST_CHARACTERS:
            raise BadOption(
                f"A formula has at most {_MOST_CHARACTERS:,} characters, not {len(self._text):,}."
            )
        self._check_signs()
        self._check_brackets()
        result = self._part(self._tree(), 0)
        if result.number is not None:
            self._refuse("it has neither x nor y: there is nothing to descend")
        return result

    def _check_signs(self) -> None:
        sign = _OTHER_SIGN.search(self._text)
        if sign:
            hint = _INSTEAD.get(sign[0], _ALLOWED)
            self._refuse(f"{sign[0]} has no place in it", sign.start(), hint)

    def _check_brackets(self) -> None:
        opened: list[int] = []
        for place, character in enumerate(self._text):
            if character == "(":
                opened.append(place)
            elif character == ")":
                if not opened:
                    self._refuse("this bracket closes none", place)
                opened.pop()
        if opened:
            self._refuse("this bracket is never closed", opened[-1])

    def _tree(self) -> ast.expr:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self._source, mode="eval").body
        except SyntaxError as error:
            if self._source[-1] in "+-*/,":
                self._refuse("it breaks off at its end")
            place = min(max((error.offset or 1) - 1, 0), len(self._places) - 1)
            self._refuse("an operator is missing or out of place", self._places[place], _PRODUCT)
        except (ValueError, RecursionError, MemoryError):
            self._refuse("it is nested too deeply, or has a number of thousands of digits")

    def _part(self, node: ast.expr, depth: int) -> Expression:
        if depth > _MOST_DEPTH:
            self._refuse(f"it is nested too deeply, more than {_MOST_DEPTH} operations", node)
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self._made(node, _number, value)
            case ast.Name():
                return self._name(node)
            case ast.UnaryOp(op=ast.UAdd()):
                return self._part(node.operand, depth + 1)
            case ast.UnaryOp(op=ast.USub()):
                return negated(self._part(node.operand, depth + 1))
            case ast.BinOp() if type(node.op) in _BINARY:
                left, right = (self._part(side, depth + 1) for side in (node.left, node.right))
                return self._made(node, combined, _BINARY[type(node.op)], left, right)
            case ast.Call():
                return self._call(node, depth)
        return self._stranger(node)

    def _made(self, node: ast.expr, make: Callable[..., Expression], *args: Any) -> Expression:
        try:
            return make(*args)
        except (ArithmeticError, ValueError, TypeError):
            piece = _shorten(ast.get_source_segment(self._source, node) or "a number")
            self._refuse(f"{piece} is no finite real number", node)

    def _name(self, node: ast.Name) -> Expression:
        name = node.id
        if name in VARIABLES:
            return of(VARIABLES[name])
        if name in CONSTANTS:
            return number(CONSTANTS[name], "pi" if name == "π" else name)
        if name in FUNCTIONS:
            self._refuse(f"{name} is a function", node, f"Write {name}(x).")
        known = [*VARIABLES, *CONSTANTS, *FUNCTIONS]
        hint = _meant(name, known) or "The variables are x and y."
        return self._refuse(f"there is nothing called {name}", node, hint)

    def _call(self, node: ast.Call, depth: int) -> Expression:
        if not isinstance(node.func, ast.Name):
            if isinstance(node.func, ast.Attribute):
                return self._stranger(node.func)
            self._refuse("an operator is missing before a bracket", node, _PRODUCT)
        name = node.func.id
        if name in VARIABLES or name in CONSTANTS:
            self._refuse(f"{name} is no function", node, f"A product is written {name}*(...).")
        if name not in FUNCTIONS:
            hint = _meant(name, FUNCTIONS) or f"There are {', '.join(sorted(FUNCTIONS))}."
            self._refuse(f"there is no function {name}", node, hint)
        wanted = FUNCTIONS[name]
        if len(node.args) != wanted or node.keywords:
            values = "value" if wanted == 1 else "values"
            self._refuse(f"{name} takes {wanted} {values}, not {len(node.args)}", node)
        parts = [self._part(argument, depth + 1) for argument in node.args]
        return self._made(node, call, name, *parts)

    def _stranger(self, node: ast.expr) -> NoReturn:
        hint = _ALLOWED
        if isinstance(node, ast.Attribute):
            hint = "Names have no dots: write sin(x) and pi."
        elif isinstance(node, ast.Tuple):
            hint = "A decimal has a point, 0.5, and a comma stands between values of a function."
        self._refuse("this is no arithmetic", node, hint)

    def _refuse(self, what: str, where: ast.expr | int | None = None, hint: str = "") -> NoReturn:
        """Say what is wrong with the formula, at which character, and what to do."""
        place = self._place(where) if isinstance(where, ast.expr) else where
        text = f"Formula {self._around(place)}: {what}"
        if place is not None:
            text += f" (character {place + 1})"
        raise BadOption(f"{text}. {hint}".rstrip())

    def _place(self, node: ast.expr) -> int:
        # Python counts bytes.
        before = self._source.encode()[: node.col_offset].decode()
        return self._places[len(before)]

    def _around(self, place: int | None) -> str:
        """The formula; of a long one, the part around a place."""
        text = self._text.strip() if place is None else self._text
        if len(text) <= 2 * _AROUND + 10:
            return text.strip()
        low = max((place or 0) - _AROUND, 0)
        high = low + 2 * _AROUND
        return f"{'...' if low else ''}{text[low:high]}{'...' if high < len(text) else ''}"


def _number(value: float) -> Expression:
    short = f"{value:g}"
    return number(value, short if float(short) == value else repr(value))


def _shorten(text: str) -> str:
    return text if len(text) <= _AROUND else text[: _AROUND - 3] + "..."


def _meant(name: str, known: Iterable[str]) -> str:
    """What may have been meant by a name that there isn't, as a question."""
    product = ["*".join(name)] if re.fullmatch(r"[xy]{2,}", name) else []
    return did_you_mean(product or near(name, known, 2)).lstrip()
