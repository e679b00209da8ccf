"""Values as JSON; imports nothing, as every command writes with it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["json_text", "jsonable"]


def jsonable(value: Any) -> Any:
    """Replace numbers that JSON does not have (NaN, infinity) by None, at any depth."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in value]
    return value


def json_text(value: Any, *, ascii_only: bool = False, **options: Any) -> str:
    """Return a value as JSON that every reader takes, whatever names or numbers are in it.

    Numbers that are not finite become null. What stands for bytes that are no text (PEP 383), as
    in a file name that isn't UTF-8, is escaped, and read back the same.

    Args:
        ascii_only: escape all other letters too, for an encoding that may lack them.
        options: ``indent``, ``separators`` and ``sort_keys``, as ``json.dumps`` takes them.
    """
    options |= {"ensure_ascii": ascii_only, "allow_nan": False}
    try:
        text = json.dumps(value, **options)
    except ValueError:
        # Only now: long lists of numbers are seldom other than finite.
        text = json.dumps(jsonable(value), **options)
    return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", text)
