"""Options as users give them, on the command line or in Python, into a plan. All of it is light."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.config.options import check_keys
from dlvc_cli.descent.request_plan import DescentPlan, plan_descent
from dlvc_cli.errors import BadOption
from dlvc_cli.registry.registry import registry

__all__ = ["plan_request"]


def plan_request(given: Mapping[str, Any]) -> DescentPlan:
    """Check options by name, as ``dlvc.descend`` takes them, and plan the descent.

    Raises:
        UsageError: an unknown name or option, or a wrong value.
    """
    # A notebook may hand over NumPy's numbers, which become Python's.
    values = {
        name: value.item() if hasattr(value, "dtype") and value.ndim == 0 else value
        for name, value in given.items()
        if value is not None
    }
    for name, read in (("start", _starts), ("domain", _domain)):
        if name in values:
            values[name] = read(values[name])
    if "sweep" in values:
        values["sweep"] = _words(values["sweep"], "sweep")
    if "optimizer" in values:
        values["optimizer"] = ",".join(_words(values["optimizer"], "optimizer"))
    check_keys(DescentConfig, values, "options")
    return plan_descent(registry(), DescentConfig(**values))


def _starts(value: Any) -> tuple[tuple[float, ...], ...]:
    """One start or several, as (column, row); lists, tuples or an array (2,) or (N, 2)."""
    try:
        rows = [*value]
        if rows and not isinstance(rows[0], Iterable):
            rows = [rows]
        starts = tuple(tuple(float(number) for number in row) for row in rows)
    except (TypeError, ValueError):
        starts = ((),)
    if not all(len(start) == 2 and all(map(math.isfinite, start)) for start in starts):
        raise BadOption(f"A start is a column and a row, (400, 500), not {value!r}.")
    return starts


def _domain(value: Any) -> tuple[float, ...]:
    try:
        if isinstance(value, str):
            raise TypeError
        return tuple(float(number) for number in value)
    except (TypeError, ValueError):
        raise BadOption(f"A domain is a pair of numbers, (-5, 5), not {value!r}.") from None


def _words(value: Any, name: str) -> tuple[str, ...]:
    words = (value,) if isinstance(value, str) else value
    if not isinstance(words, Iterable) or not all(isinstance(word, str) for word in words):
        raise BadOption(f"{name} takes text, or a list of texts, not {value!r}.")
    return tuple(words)
