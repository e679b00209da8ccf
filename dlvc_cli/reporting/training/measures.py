"""What of a run's epochs can be drawn as a curve, and how it is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.errors import BadOption

__all__ = ["COMPARED", "MEASURES", "choose_measures", "has_measure", "is_share", "shares_axis"]

MEASURES = {
    "train_loss": "training loss",
    "val_loss": "validation loss",
    "train_acc": "training accuracy",
    "val_acc": "validation accuracy",
    "val_balanced_acc": "balanced validation accuracy",
    "val_acc_running": "running validation accuracy",
    "val_acc_last_batch": "accuracy, last full batch",
    "lr": "learning rate",
    "images_per_s": "images a second",
    "seconds": "seconds an epoch",
}
"""Keys of ``metrics.jsonl``, and their names at an axis."""

COMPARED = ("train_loss", "val_acc")
"""Those that are drawn where none are named."""

# Panels that fit side by side or in two rows.
_MOST = 4


def choose_measures(text: str, option: str) -> tuple[str, ...]:
    """Return the keys that ``train_acc,val_acc`` names.

    Raises:
        BadOption: one that isn't known, or more than fit.
    """
    keys = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    for key in keys:
        if key not in MEASURES:
            hint = did_you_mean(near(key.replace("-", "_"), MEASURES, 2))
            known = ", ".join(MEASURES)
            raise BadOption(f"{option} {text}: there is no curve {key!r}.{hint} There are {known}.")
    if not 1 <= len(keys) <= _MOST:
        raise BadOption(f"{option} {text!r}: give one to {_MOST} of {', '.join(MEASURES)}.")
    return keys


def has_measure(metrics: Sequence[Mapping[str, Any]], key: str) -> bool:
    """Whether any epoch's line has a number for it."""
    return any(isinstance(line.get(key), int | float) for line in metrics)


def is_share(key: str) -> bool:
    """Whether its values are shares of one, as accuracies are."""
    return "_acc" in key


def shares_axis(one: str, other: str) -> bool:
    """Whether two are on the same scale, so that their curves can be compared by eye."""
    losses = "_loss" in one and "_loss" in other
    return losses or (is_share(one) and is_share(other))
