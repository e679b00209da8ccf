"""Parameters of plugin objects, and the option strings that set them.

An option string is ``name``, ``name:arg:arg`` or ``name:key=value``, in any mixture with
positional values first: ``crop:size=32:pad=4``, ``flip:0.3``. Lists use ``/``:
``normalize:mean=0.5/0.5/0.5``. A parameter of type :func:`path` takes the rest of the string as
it stands, so that ``pets:C:/data`` works.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_origin

from dlvc_cli.contract.field_types import check_fields, is_finite, is_plain
from dlvc_cli.contract.suggestions import did_you_mean, near, with_article
from dlvc_cli.errors import BadOption, SpecError

__all__ = [
    "REQUIRED",
    "Param",
    "boolean",
    "floats",
    "parse_arguments",
    "path",
    "size",
    "written_arguments",
]


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED: Final = _Required()
"""The default of a parameter that has none and must be given."""


def boolean(text: str) -> bool:
    """Parse ``yes``/``no``, ``true``/``false``, ``on``/``off``, ``1``/``0``."""
    lowered = text.strip().lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"0", "false", "no", "off"}:
        return False
    raise ValueError(text)


def floats(text: str) -> tuple[float, ...]:
    """Parse numbers separated by ``/``: ``0.5/0.4/0.4``."""
    return tuple(float(part) for part in text.split("/"))


def size(text: str) -> tuple[int, int]:
    """Parse a size in pixels as (height, width): ``32`` or ``24x32``."""
    height, times, width = text.partition("x")
    return int(height), int(width if times else height)


def path(text: str) -> str:
    """A file or folder; takes the rest of an option string as it stands."""
    if not text:
        raise ValueError("empty path")
    return text


_TYPE_NAMES: dict[Any, str] = {
    int: "whole number",
    float: "number",
    str: "text",
    boolean: "yes or no",
    bool: "True or False",
    tuple[str, ...]: "several texts",
    floats: "numbers separated by /",
    size: "size in pixels, 32 or 24x32",
    path: "path",
}

# What values of a type are in Python; those of any other type are taken as they come.
_VALUES: dict[Any, type | tuple[type, ...]] = {
    int: int,
    float: (int, float),
    str: str,
    bool: bool,
    tuple: tuple,
    boolean: bool,
    floats: tuple,
    size: tuple,
    path: str,
}


@dataclass(frozen=True)
class Param:
    """One parameter of a plugin object.

    Args:
        name: its keyword, both in option strings and when the factory is called.
        type: turns text into the value: ``int``, ``float``, ``str``, :func:`boolean`,
            :func:`floats`, :func:`size`, :func:`path`, or any callable that raises ``ValueError``.
        default: the value when it isn't given; leave it out for a parameter that must be.
        help: what it does and its unit, in a few words.
        low, high: the allowed range, both ends included (for each number of a list).
        choices: the allowed values, where only a few are.

    Raises:
        SpecError: one of them is something else.
    """

    name: str
    type: Callable[[str], Any] = str
    default: Any = REQUIRED
    help: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        # No bound at all, which JSON can't say otherwise.
        if self.low == -math.inf:
            object.__setattr__(self, "low", None)
        if self.high == math.inf:
            object.__setattr__(self, "high", None)
        check_fields(self, "default")
        if not self.name.isidentifier():
            raise SpecError(f"parameter name {self.name!r} is not an identifier")
        # None stands for what the factory makes of it.
        if self.required or self.default is None:
            return
        if not is_plain(self.default):
            raise SpecError(f"the default of {self.name} must be what JSON can hold")
        try:
            self.check(self.default, "a default")
        except BadOption as error:
            raise SpecError(f"{error}".removesuffix(".")) from None

    @property
    def required(self) -> bool:
        return self.default is REQUIRED

    @property
    def type_name(self) -> str:
        """The type in words, as tables and errors show it."""
        if self.choices:
            return "one of " + ", ".join(map(str, self.choices))
        # A plugin's own parser is called by what it takes: number_or_word.
        fallback = getattr(self.type, "__name__", str(self.type)).replace("_", " ").strip()
        return _TYPE_NAMES.get(self.type, fallback)

    @property
    def type_words(self) -> str:
        """The type as what is taken: ``a whole number``."""
        counted = self.type in (int, float, size, path) and not self.choices
        return with_article(self.type_name) if counted else self.type_name

    @property
    def range_text(self) -> str:
        """The allowed range in words, empty where there is none."""
        if self.low is not None and self.high is not None:
            return f"{_written(self.low)} to {_written(self.high)}"
        if self.low is not None:
            return f"at least {_written(self.low)}"
        if self.high is not None:
            return f"at most {_written(self.high)}"
        return ""

    def parse(self, text: str, owner: str) -> Any:
        """Return the value that ``text`` stands for.

        Raises:
            BadOption: not of this type, out of range, or not among the choices.
        """
        try:
            value = self.type(text)
        except (ValueError, TypeError):
            raise BadOption(f"{self._at(owner)} takes {self.type_words}, not {text!r}.") from None
        return self.check(value, owner)

    def check(self, value: Any, owner: str) -> Any:
        """Return ``value`` if it may be this parameter's.

        Raises:
            BadOption: not of this type, out of range, or not among the choices.
        """
        if not self._is_typed(value):
            raise BadOption(f"{self._at(owner)} takes {self.type_words}, not {value!r}.")
        if self.choices and value not in self.choices:
            hint = did_you_mean(near(str(value), map(str, self.choices), 1))
            raise BadOption(f"{self._at(owner)} is {self.type_name}, not {value!r}.{hint}")
        for number in self._numbers(value):
            below = self.low is not None and number < self.low
            above = self.high is not None and number > self.high
            if below or above or not is_finite(number):
                allowed = self.range_text if is_finite(number) else "a finite number"
                raise BadOption(f"{self._at(owner)} must be {allowed}, not {_written(number)}.")
        return value

    def _at(self, owner: str) -> str:
        """What a message begins with: whose parameter, and which."""
        return f"{owner}: {self.name}"

    def _numbers(self, value: Any) -> list[float]:
        """What of a value must lie in the range."""
        parts = value if isinstance(value, tuple) else (value,)
        return [n for n in parts if isinstance(n, int | float) and not isinstance(n, bool)]

    def _is_typed(self, value: Any) -> bool:
        # tuple[float, ...] -> tuple
        known = _VALUES.get(get_origin(self.type) or self.type)
        # True and False are whole numbers to Python, and no numbers to a user.
        return known is None or (
            isinstance(value, known) and (known is bool or not isinstance(value, bool))
        )


def parse_arguments(
    text: str, params: Sequence[Param], owner: str, given: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Parse the part of an option string after the name, against ``params``.

    Args:
        text: ``arg:key=value``; empty for none.
        params: the parameters, positional values filling them in order.
        owner: what the string belongs to, for messages (``op crop``).
        given: values already known by keyword, which the text may not repeat.

    Returns:
        A value for every parameter, defaults filled in.

    Raises:
        BadOption: unknown, repeated, missing or wrong values.
    """
    values = written_arguments(text, params, owner)
    for name, value in (given or {}).items():
        if name in values:
            raise BadOption(f"{owner}: {name} is given twice.")
        values[name] = value
    for param in params:
        if param.name not in values:
            if param.required:
                raise BadOption(f"{owner} needs {param.name} ({param.help or param.type_name}).")
            values[param.name] = param.default
    return values


def written_arguments(text: str, params: Sequence[Param], owner: str) -> dict[str, Any]:
    """Parse only what is written in an option string, as :func:`parse_arguments` does."""
    by_name = {param.name: param for param in params}
    values: dict[str, Any] = {}
    positional = iter(params)
    rest = text
    while rest:
        head, _, tail = rest.partition(":")
        key, equals, raw = head.partition("=")
        if equals and key in by_name:
            param = by_name[key]
            if param.type is path:
                raw, tail = rest.partition("=")[2], ""
        elif equals and key.isidentifier() and not any(p.type is path for p in params):
            hint = did_you_mean(near(key, by_name, 1))
            raise BadOption(f"{owner} has no parameter {key!r}.{hint} {_offer(params)}")
        else:
            following = next((p for p in positional if p.name not in values), None)
            if following is None:
                raise BadOption(f"{owner}: {head!r} is one value too many. {_offer(params)}")
            param, raw = following, head
            if param.type is path:
                raw, tail = rest, ""
        if param.name in values:
            raise BadOption(f"{owner}: {param.name} is given twice.")
        values[param.name] = param.parse(raw, owner)
        rest = tail
    return values


def _offer(params: Sequence[Param]) -> str:
    if not params:
        return "It takes no parameters."
    return "It takes " + ", ".join(param.name for param in params) + "."


def _written(number: float) -> str:
    """A number in short where that is the same number, else with all its digits."""
    try:
        short = f"{number:g}"
        return short if float(short) == number or not math.isfinite(number) else repr(number)
    except OverflowError:
        return "a number of hundreds of digits"
