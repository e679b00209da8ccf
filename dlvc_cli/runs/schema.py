"""What JSON from outside must be before anyone uses it: types by key, checked at one place.

A schema is a dictionary of such by key, a :class:`Kind`, or one of its makers; keys that it does
not name may hold anything.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = [
    "COUNT", "NUMBER", "POSITIVE", "TEXT", "Kind", "each", "either", "is_number", "list_of",
    "nullable", "optional", "problem_with",
]  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A kind of value.

    Attributes:
        words: what messages call it.
        problem: what is wrong with a value at a place, None if nothing is.
        needed: whether the key must be there.
    """

    words: str
    problem: Callable[[Any, str], str | None]
    needed: bool = True


def _kind(words: str, test: Callable[[Any], bool]) -> Kind:
    return Kind(words, lambda value, place: None if test(value) else f"{place} is no {words}")


def is_number(value: Any) -> bool:
    """Whether it is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # A whole number may have hundreds of digits, and then is no float.
    return abs(value) < 1e300 and math.isfinite(value)


def _is_count(value: Any, least: int) -> bool:
    return isinstance(value, int) and is_number(value) and least <= value < 2**63


TEXT = _kind("text", lambda value: isinstance(value, str))
NUMBER = _kind("number", is_number)
COUNT = _kind("whole number from 0", lambda value: _is_count(value, 0))
POSITIVE = _kind("whole number from 1", lambda value: _is_count(value, 1))


def optional(schema: Any) -> Kind:
    """The same, or left out."""
    return Kind("anything", lambda value, place: problem_with(value, schema, place), needed=False)


def nullable(schema: Any) -> Kind:
    """The same, or null, or left out."""

    def problem(value: Any, place: str) -> str | None:
        return None if value is None else problem_with(value, schema, place)

    return Kind("anything", problem, needed=False)


def list_of(schema: Any, length: int | None = None) -> Kind:
    """A list of the same, of a length if one is given."""

    def problem(value: Any, place: str) -> str | None:
        if not isinstance(value, list):
            return f"{place} is no list"
        if length is not None and len(value) != length:
            return f"{place} has not {length} values"
        return _first(problem_with(item, schema, f"{place}[{n}]") for n, item in enumerate(value))

    return Kind("list", problem)


def each(schema: Any) -> Kind:
    """An object whose values are all of the same kind."""

    def problem(value: Any, place: str) -> str | None:
        if not isinstance(value, dict):
            return f"{place} is no object"
        return _first(problem_with(item, schema, f"{place}.{key}") for key, item in value.items())

    return Kind("object", problem)


def either(*values: Any) -> Kind:
    """One of a few values."""
    known = ", ".join(map(repr, values))
    return Kind(
        known,
        lambda value, place: (
            None
            if any(type(value) is type(one) and value == one for one in values)
            else f"{place} is none of {known}"
        ),
    )


def problem_with(value: Any, schema: Any, place: str = "") -> str | None:
    """Return what is wrong with a value, with its place, or None: ``data.classes is no list``."""
    if isinstance(schema, Kind):
        return schema.problem(value, place)
    if not isinstance(value, dict):
        return f"{place or 'it'} is no object"
    for key, expected in schema.items():
        inside = f"{place}.{key}" if place else key
        if key in value:
            found = problem_with(value[key], expected, inside)
        else:
            needed = expected.needed if isinstance(expected, Kind) else True
            found = f"{inside} is missing" if needed else None
        if found:
            return found
    return None


def _first(problems: Any) -> str | None:
    return next((problem for problem in problems if problem), None)
