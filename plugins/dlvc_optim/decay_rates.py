"""What an optimiser's factory and its rule refuse alike."""

from __future__ import annotations

from dlvc_cli import BadOption

__all__ = ["check_below_one"]


def check_below_one(owner: str, **values: float) -> None:
    """Raise ``BadOption`` where a decay rate is 1: nothing would ever be forgotten."""
    for name, value in values.items():
        if value >= 1:
            raise BadOption(f"optimizer {owner}: {name} must be below 1, not {value:g}.")
