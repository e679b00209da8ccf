"""What the translation knows of a Python value: its JavaScript, and of which kind it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["NUMBER", "THING", "TRUTH", "Kind", "Untranslatable", "Value", "constant", "tuple_of"]


class Untranslatable(Exception):
    """Why a rule has no JavaScript: a clause that goes on from "its rule"."""


Kind = Any
"""``NUMBER``, ``TRUTH``, ``THING``, or of a tuple the kinds of its items, as a tuple."""

NUMBER: Final = "number"
TRUTH: Final = "truth"
"""A JavaScript boolean; where Python would count with it, it becomes 0 or 1."""
THING: Final = "thing"
"""A module or function, which exists while translating alone."""


@dataclass(frozen=True)
class Value:
    """What an expression stands for.

    Attributes:
        code: JavaScript that can be computed any number of times, for it changes nothing.
        thing: the object in Python itself, where it is known: a module, a function, a number.
        items: of a tuple that is written out.
        called: what messages call it.
    """

    code: str = ""
    kind: Kind = NUMBER
    thing: Any = None
    items: tuple[Value, ...] | None = None
    called: str = "a value"

    def number(self) -> str:
        """Its code where a number is wanted."""
        if self.kind == TRUTH:
            return f"({self.code} ? 1 : 0)"
        if self.kind != NUMBER:
            raise Untranslatable(f"uses {self.called} as a number")
        return self.code

    def truth(self) -> str:
        """Its code where a JavaScript boolean is wanted; not-a-number is true, as in Python."""
        return self.code if self.kind == TRUTH else f"({self.number()} !== 0)"

    def kept(self) -> Value:
        """This value as a variable can hold it."""
        if self.kind == THING:
            raise Untranslatable(f"uses {self.called}, which is no number")
        return Value(self.number(), called=self.called) if self.kind == TRUTH else self


def constant(thing: Any, called: str) -> Value:
    """The value of an object that Python has: a number, a tuple of such, or a thing."""
    if isinstance(thing, bool):
        return Value("true" if thing else "false", TRUTH, thing, called=called)
    if isinstance(thing, int | float):
        return Value(_written(thing, called), NUMBER, thing, called=called)
    if type(thing) is tuple:
        items = tuple(constant(item, called).kept() for item in thing)
        return tuple_of(items, called)
    return Value("", THING, thing, called=called)


def tuple_of(items: tuple[Value, ...], called: str) -> Value:
    """A tuple that is written out."""
    code = f"[{', '.join(item.code for item in items)}]"
    return Value(code, tuple(item.kind for item in items), items=items, called=called)


def _written(number: float, called: str) -> str:
    try:
        number = float(number)
    except OverflowError:
        raise Untranslatable(f"uses {called}, which is too large") from None
    if math.isnan(number):
        return "NaN"
    size = "Infinity" if math.isinf(number) else repr(abs(number)).removesuffix(".0")
    return f"(-{size})" if math.copysign(1, number) < 0 else size
