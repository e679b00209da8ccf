"""An expression in x and y, put together from its parts: its value, and how people write it.

A part without x and y is a number, computed as it is put together with Python's floats.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = [
    "CONSTANTS",
    "FUNCTIONS",
    "Expression",
    "call",
    "combined",
    "negated",
    "number",
    "of",
]

CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}

# Called so by NumPy and by torch; the same in plain Python, and of how many values.
_PLAIN: dict[str, tuple[Callable[..., float], int]] = {
    "sin": (math.sin, 1),
    "cos": (math.cos, 1),
    "tan": (math.tan, 1),
    "arcsin": (math.asin, 1),
    "arccos": (math.acos, 1),
    "arctan": (math.atan, 1),
    "arctan2": (math.atan2, 2),
    "sinh": (math.sinh, 1),
    "cosh": (math.cosh, 1),
    "tanh": (math.tanh, 1),
    "arcsinh": (math.asinh, 1),
    "arccosh": (math.acosh, 1),
    "arctanh": (math.atanh, 1),
    "exp": (math.exp, 1),
    "expm1": (math.expm1, 1),
    "log": (math.log, 1),
    "log2": (math.log2, 1),
    "log10": (math.log10, 1),
    "log1p": (math.log1p, 1),
    "sqrt": (math.sqrt, 1),
    "abs": (abs, 1),
    "hypot": (math.hypot, 2),
    "minimum": (min, 2),
    "maximum": (max, 2),
}
_ALIASES = {
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "ln": "log",
    "min": "minimum",
    "max": "maximum",
}

FUNCTIONS = {name: arity for name, (_, arity) in _PLAIN.items()} | {
    alias: _PLAIN[name][1] for alias, name in _ALIASES.items()
}
"""The functions that a formula may call, each with the number of its arguments."""

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}

# How tightly a text binds.
_SUM, _PRODUCT, _POWER, _ATOM = range(4)


@dataclass(frozen=True, kw_only=True)
class Expression:
    """A part of a formula.

    Attributes:
        evaluate: ``(x, y, xp) -> values``; of a number, that number.
        text: as people write it: ``2 x^2``.
        binds: how tightly the text holds together, for brackets around it.
        number: its value where neither x nor y occurs in it.
    """

    evaluate: Callable[[Any, Any, Any], Any]
    text: str
    binds: int = _ATOM
    number: float | None = None

    def within(self, least: int) -> str:
        """The text, in brackets where it binds less tightly than ``least``."""
        return self.text if self.binds >= least else f"({self.text})"


def number(value: float, text: str, binds: int = _ATOM) -> Expression:
    """A number and how it is written.

    Raises:
        ArithmeticError, ValueError, TypeError: it is no finite real number.
    """
    value = float(value)
    if not math.isfinite(value):
        raise OverflowError
    return Expression(evaluate=lambda x, y, xp: value, text=text, binds=binds, number=value)


def of(variable: str) -> Expression:
    """The variable ``x`` or ``y``."""
    if variable == "x":
        return Expression(evaluate=lambda x, y, xp: x, text="x")
    return Expression(evaluate=lambda x, y, xp: y, text="y")


def negated(part: Expression) -> Expression:
    """Minus the part."""
    text = f"-{_second(part)}"
    if part.number is not None:
        return number(-part.number, text, _PRODUCT)
    return Expression(evaluate=lambda x, y, xp: -part.evaluate(x, y, xp), text=text, binds=_PRODUCT)


def _second(part: Expression) -> str:
    """The text behind a plus or a minus, where no second sign may follow."""
    return f"({part.text})" if part.text.startswith("-") else part.within(_PRODUCT)


def combined(symbol: str, left: Expression, right: Expression) -> Expression:
    """Two parts with one of the operators between.

    Raises:
        ArithmeticError, ValueError, TypeError: of two numbers, that it gives no finite real one.
    """
    apply = _OPERATORS[symbol]
    text, binds = _written(symbol, left, right)
    if left.number is not None and right.number is not None:
        return number(apply(left.number, right.number), text, binds)
    return Expression(
        evaluate=lambda x, y, xp: apply(left.evaluate(x, y, xp), right.evaluate(x, y, xp)),
        text=text,
        binds=binds,
    )


def _written(symbol: str, left: Expression, right: Expression) -> tuple[str, int]:
    if symbol in "+-":
        return f"{left.text} {symbol} {_second(right)}", _SUM
    if symbol == "**":
        return f"{left.within(_ATOM)}^{right.within(_ATOM)}", _POWER
    first, second = left.within(_PRODUCT), right.within(_POWER)
    if symbol == "/":
        return f"{first}/{second}", _PRODUCT
    # Two numbers side by side would read as one, and of 1/x y nobody knows what is divided by.
    plain = second[0].isdigit() or (left.binds == _PRODUCT and "/" in first)
    return f"{first} * {second}" if plain else f"{first} {second}", _PRODUCT


def call(function: str, *parts: Expression) -> Expression:
    """One of the ``FUNCTIONS`` of its arguments.

    Raises:
        ArithmeticError, ValueError, TypeError: of numbers, that it gives no finite real one.
    """
    name = _ALIASES.get(function, function)
    text = f"{function}({', '.join(part.text for part in parts)})"
    numbers = [part.number for part in parts if part.number is not None]
    if len(numbers) == len(parts):
        return number(_PLAIN[name][0](*numbers), text)

    def evaluate(x: Any, y: Any, xp: Any) -> Any:
        values = (part.evaluate(x, y, xp) for part in parts)
        # torch's functions of two values take no plain number.
        full = (xp.full_like(x, v) if isinstance(v, float) else v for v in values)
        return getattr(xp, name)(*full)

    return Expression(evaluate=evaluate, text=text)
