"""The eggholder function."""

from collections.abc import Callable
from types import ModuleType
from typing import Any


def eggholder() -> Callable[[Any, Any, ModuleType], Any]:
    """Return ``formula(x, y, xp)``, where ``xp`` is numpy or torch."""

    def formula(x: Any, y: Any, xp: ModuleType) -> Any:
        lift = y + 47
        return -lift * xp.sin(xp.sqrt(xp.abs(x / 2 + lift))) - x * xp.sin(xp.sqrt(xp.abs(x - lift)))

    return formula
