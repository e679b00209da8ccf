"""What a surface's factories return."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Formula", "Points"]

Formula = Callable[[Any, Any, Any], Any]
"""``formula(x, y, xp) -> values`` for arrays of one shape from the module ``xp``, which is
``numpy`` or ``torch``."""

Points = tuple[tuple[float, float], ...]
"""Where a surface is lowest within its own domain, as points (x, y)."""
