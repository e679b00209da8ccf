"""What is written as JSON is JSON."""

from __future__ import annotations

import json
import math

import pytest

from dlvc_cli.events import json_text, jsonable


def refuse(constant: str) -> None:
    pytest.fail(f"{constant} is no JSON")


def test_numbers_that_are_not_finite_become_null_at_any_depth():
    value = {"a": [1.5, math.nan, (math.inf, {"b": -math.inf})], "c": "NaN", "d": None, "e": True}
    plain = {"a": [1.5, None, [None, {"b": None}]], "c": "NaN", "d": None, "e": True}
    assert jsonable(value) == plain
    assert json.loads(json_text(value, indent=2), parse_constant=refuse) == plain
    assert json_text([math.nan, "ö"], ascii_only=True) == '[null, "\\u00f6"]'
    assert json_text({"x": "ö"}) == '{"x": "ö"}'
