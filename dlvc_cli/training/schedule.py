"""A run's learning-rate schedule: a plugin's, whose factors are made plain numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from dlvc_cli.contract.learning_rates import Progress
from dlvc_cli.errors import PluginError
from dlvc_cli.registry.offers import Choice, guarded

__all__ = ["build_schedule"]


def build_schedule(choice: Choice) -> Callable[[Progress], float]:
    """Build a schedule whose factors are Python floats, whatever kind of number the plugin's are.

    They end up in the optimiser's state and so in checkpoints.

    Raises:
        PluginError: when it is called: it fails, or gives something else than a finite number.
    """
    built = choice.build()

    def schedule(progress: Progress) -> float:
        factor = guarded(choice.offer, built, progress)
        number = _number(factor)
        if number is None or not math.isfinite(number):
            raise PluginError(
                f"schedule {choice.offer.described} must return a finite number, not "
                f"{factor!r:.60} (a {type(factor).__name__}), at epoch {progress.epoch:g}."
            )
        return number

    return schedule


def _number(factor: Any) -> float | None:
    """A number of Python, NumPy or torch as a float; None for anything else."""
    if isinstance(factor, str | bytes):
        return None
    try:
        return float(factor.detach() if hasattr(factor, "detach") else factor)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return None
