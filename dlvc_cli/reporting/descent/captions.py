"""How a descent is called in titles: its surface, its optimisers, and their settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dlvc_cli.descent.trials import Trial, setting_words
from dlvc_cli.descent.walks import Descent
from dlvc_cli.reporting.formats import shorten

__all__ = ["WHY", "heading", "optimizers", "settings"]

WHY = {
    "gradient": "gradient < stop",
    "max_steps": "max steps",
    "left_surface": "left surface",
    "no_progress": "no progress",
}
"""Why a walk stopped, as a user reads it."""


def heading(descent: Descent) -> str:
    """What was walked on: a surface's name, or an image's file name."""
    surface = descent.surface
    name = surface.name if surface.frame is not None else Path(surface.name).name
    return shorten(name, 40, "…")


def optimizers(descent: Descent) -> str:
    """The names of all optimisers: ``gd, nesterov``."""
    names = dict.fromkeys(walks.trial.optimizer for walks in descent.trials)
    return shorten(", ".join(names), 50, "…")


def settings(descent: Descent, number: int | None = None) -> str:
    """How trial ``number`` went downhill; ``None``: what all of several have in common."""
    trials = [walks.trial for walks in descent.trials]
    if number is not None:
        words = [trials[number].label]
    else:
        words = [f"lr {trials[0].lr:g}"] if len({trial.lr for trial in trials}) == 1 else []
        words += _common(trials)
    if descent.config.exact:
        words.append("exact gradients")
    elif len({trial.eps for trial in trials}) == 1 or number is not None:
        words.append(f"eps {trials[number or 0].eps:g}")
    return ", ".join(words)


def _common(trials: Sequence[Trial]) -> list[str]:
    """Parameters that have been set, and are the same in all trials of one optimiser."""
    if len({trial.choice.offer.qualified for trial in trials}) > 1:
        return []
    words = []
    for param in trials[0].choice.spec.params:
        values = {trial.choice.values[param.name] for trial in trials}
        if len(values) == 1 and values != {param.default}:
            (value,) = values
            words.append(setting_words(param, value))
    return words
