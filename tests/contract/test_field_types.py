"""Whether a field holds what its annotation says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import pytest

from dlvc_cli.contract.field_types import check_fields
from dlvc_cli.errors import SpecError


class Pair(NamedTuple):
    first: float
    second: float


@dataclass
class Thing:
    name: str = "thing"
    count: int = 1
    share: float | None = None
    on: bool = False
    way: Literal["up", "down"] = "up"
    names: tuple[str, ...] = ()
    ends: tuple[float, float] = (0.0, 1.0)
    options: Mapping[str, Any] | None = None
    pair: Pair | None = None
    call: Callable[..., Any] = print
    value: Any = None


@pytest.mark.parametrize(
    "fields",
    [
        {"share": 1},
        {"share": 0.5, "names": ["a", "b"], "ends": [0, 1]},
        {"options": {"a": [1, {"b": (None, True, "c")}]}},
        {"pair": Pair(1, 0.5), "call": Thing, "value": [1, 2]},
    ],
)
def test_what_fits_is_taken(fields):
    check_fields(Thing(**fields))


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("count", "32", "a whole number, not '32'"),
        ("count", 1.0, "a whole number"),
        ("count", True, "a whole number"),
        ("share", "0.5", "a finite number or None"),
        ("share", float("nan"), "a finite number or None"),
        ("on", 1, "True or False"),
        ("way", "left", "'up' or 'down'"),
        ("names", "one", "a tuple, each of it text"),
        ("names", (1,), "a tuple, each of it text"),
        ("ends", (1, 2, 3), "a tuple of 2, each of it a finite number"),
        ("options", [1], "a mapping of text to what JSON can hold or None"),
        ("options", {"a": print}, "a mapping"),
        ("options", {1: 2}, "a mapping"),
        ("pair", (1, 2), "a Pair of numbers or None"),
        ("pair", Pair("1", 2), "a Pair of numbers"),  # type: ignore[arg-type]
        ("call", 3, "a function"),
        ("value", object(), "what JSON can hold"),
    ],
)
def test_what_does_not_fit_is_named(field, value, what):
    with pytest.raises(SpecError) as caught:
        check_fields(Thing(**{field: value}))
    assert f"the {field} of thing must be {what}" in str(caught.value)


def test_a_name_that_is_none_is_said_by_the_class():
    with pytest.raises(SpecError, match="the name of this Thing must be text, not 3"):
        check_fields(Thing(name=3))  # type: ignore[arg-type]
