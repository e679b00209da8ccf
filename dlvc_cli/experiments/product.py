"""Products: every combination of several options' values."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["combinations", "word_of"]


def combinations(values: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Yield each combination, the last option's values changing fastest; ``{}`` of no options."""
    for chosen in itertools.product(*values.values()):
        yield dict(zip(values, chosen, strict=True))


def word_of(value: Any) -> str:
    """A value as a name holds it: of a number, the shorter of ``0.01`` and ``1e-5``."""
    if not isinstance(value, float):
        return str(value)
    digits, _, power = f"{value:e}".partition("e")
    return min(f"{value:g}", f"{float(digits):g}e{int(power)}", key=len)
