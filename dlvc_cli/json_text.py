"""The one way to write JSON: numbers that it does not have (NaN, infinity) become null."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

__all__ = ["json_text", "jsonable"]


def json_text(value: Any, **options: Any) -> str:
    """Return a value as JSON that every program can read.

    Args:
        options: as ``json.dumps`` takes them; what isn't ASCII is written as it is by default.
    """
    options = {"ensure_ascii": False, "allow_nan": False} | options
    try:
        return json.dumps(value, **options)
    except ValueError:
        # Only now: long lists of numbers are seldom other than finite.
        return json.dumps(jsonable(value), **options)


def jsonable(value: Any) -> Any:
    """Replace numbers that are not finite by None, at any depth."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    return value
