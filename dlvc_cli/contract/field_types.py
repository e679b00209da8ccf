"""Whether the fields of a plugin's object hold what their annotations say."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from dlvc_cli.contract.factory import FactoryField
from dlvc_cli.contract.suggestions import with_article
from dlvc_cli.errors import SpecError

__all__ = ["check_fields", "is_finite", "is_plain"]

_WORDS: Mapping[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a finite number",
    bool: "True or False",
    type(None): "None",
    Any: "what JSON can hold",
}


def check_fields(made: Any, *apart: str) -> None:
    """Check every field of a dataclass object against its annotation, but those named ``apart``.

    Known are text, numbers (a whole one is a number, and True is none), tuples (a list will do),
    choices, ``None``, classes, callables, and what JSON can hold for ``Any``, alone or in mappings.
    Factories check themselves.

    Raises:
        SpecError: one holds something else; names the object and the field.
    """
    for name, hint in _hints(made.__class__).items():
        value = getattr(made, name)
        if name not in apart and not _fits(value, hint):
            called = getattr(made, "name", None) if name != "name" else None
            of = f"of {called}" if isinstance(called, str) else f"of this {type(made).__name__}"
            raise SpecError(f"the {name} {of} must be {_words(hint)}, not {value!r:.60}")


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {
        field.name: hints[field.name]
        for field in dataclasses.fields(kind)
        if hints[field.name] is not FactoryField
    }


def _fits(value: Any, hint: Any) -> bool:
    if hint is Any:
        return is_plain(value)
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if origin is Literal:
        return value in parts
    if origin is tuple:
        if not isinstance(value, tuple | list):
            return False
        if parts[-1] is Ellipsis:
            return all(_fits(item, parts[0]) for item in value)
        return len(value) == len(parts) and all(map(_fits, value, parts))
    if origin is Mapping:
        return isinstance(value, Mapping) and is_plain(value)
    if origin is Callable:
        return callable(value)
    if isinstance(value, bool):
        return hint is bool
    if hint is float:
        return isinstance(value, int | float) and is_finite(value)
    if not isinstance(value, hint):
        return False
    # A named tuple has annotations of its own.
    named = get_type_hints(hint) if hasattr(hint, "_fields") else {}
    return all(_fits(getattr(value, name), kind) for name, kind in named.items())


def is_plain(value: Any) -> bool:
    """Whether JSON can hold it."""
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and is_plain(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return value is None or isinstance(value, str | int) or _fits(value, float)


def is_finite(number: float) -> bool:
    """Whether a number is a finite float; a whole one of hundreds of digits is none."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def _words(hint: Any) -> str:
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " or ".join(map(_words, parts))
    if origin is Literal:
        return " or ".join(map(repr, parts))
    if origin is tuple:
        if parts[-1] is Ellipsis:
            return f"a tuple, each of it {_words(parts[0])}"
        return f"a tuple of {len(parts)}, each of it {_words(parts[0])}"
    if origin is Mapping:
        return "a mapping of text to what JSON can hold"
    if origin is Callable:
        return "a function"
    words = _WORDS.get(hint) or with_article(f"{getattr(hint, '__name__', hint)}")
    return f"{words} of numbers" if hasattr(hint, "_fields") else words
