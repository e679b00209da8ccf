"""The best epoch of a run, by the lines of its ``metrics.jsonl``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from dlvc_cli.runs.schema import is_number

__all__ = ["LAST", "best_of", "late_accuracies", "summed_up"]

LAST = 5
"""So many epochs at the end have a mean."""


def best_of(metrics: Sequence[Mapping[str, Any]]) -> tuple[int, Mapping[str, Any]] | None:
    """Return the best epoch and its line; None where no validation is finite.

    Lines say whether an epoch was the best so far (``best``) where it is chosen by something else
    than the validation accuracy. Else it has the best one, and is the first of equals.
    """
    if any("best" in line for line in metrics):
        told = [(line["epoch"], line) for line in metrics if line.get("best")]
        return told[-1] if told else None
    known = [
        (line.get("epoch", index), line)
        for index, line in enumerate(metrics, start=1)
        if is_number(line.get("val_acc")) and is_number(line.get("val_loss", 0.0))
    ]
    return max(known, key=lambda item: float(item[1]["val_acc"]), default=None)


def summed_up(metrics: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return epochs and the best of them, by the keys of ``status.json``; nothing of no lines."""
    if not metrics:
        return {}
    epoch, line = best_of(metrics) or (None, {})
    return {
        "epoch": metrics[-1].get("epoch", len(metrics)),
        "best_acc": line.get("val_acc"),
        "best_epoch": epoch,
        "best_balanced_acc": line.get("val_balanced_acc"),
    }


def late_accuracies(metrics: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    """Return ``last_acc``, of the last epoch, and ``last5_acc``, the mean of the last five.

    No choice has touched them, which the best epoch's is chosen by.
    """
    known = [line["val_acc"] for line in metrics if is_number(line.get("val_acc"))]
    return {
        "last_acc": metrics[-1].get("val_acc") if metrics else None,
        "last5_acc": fmean(known[-LAST:]) if known else None,
    }
