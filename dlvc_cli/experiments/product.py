"""Products: every combination of several options' values."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["combinations"]


def combinations(values: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Yield each combination, the last option's values changing fastest; ``{}`` of no options."""
    for chosen in itertools.product(*values.values()):
        yield dict(zip(values, chosen, strict=True))
