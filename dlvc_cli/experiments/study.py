"""A study: named experiments, and what is expected of them. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlvc_cli.experiments.findings import Finding

__all__ = ["OUTCOMES", "Experiment", "Figure", "Reported", "Study"]

OUTCOMES: Mapping[str, str] = {
    "best_acc": "validation accuracy of the best epoch (chosen by it, or as --monitor says)",
    "last_acc": "validation accuracy of the last epoch",
    "last5_acc": "mean validation accuracy of the last five epochs",
    "best_running_acc": "best val_acc_running: the course's corrected accuracy",
    "best_last_batch_acc": "best accuracy of an epoch's last validation batch: the first mistake",
    "test_acc": "accuracy on images held out for a test at the end",
    "train_loss": "training loss of the last epoch",
    "last5_train_loss": "mean training loss of the last five epochs",
    "fluctuation": "mean absolute change of validation accuracy from epoch to epoch, last half",
    "minutes": "minutes of training",
}
"""What is measured of a run, by the names that files use."""


@dataclass(frozen=True, kw_only=True)
class Reported:
    """A figure that somebody reported of an experiment.

    Attributes:
        outcome: which figure it is, a key of ``OUTCOMES``.
        value: what was reported.
        tolerance: how far the measured one may be off; None where nothing is checked.
    """

    outcome: str
    value: float
    tolerance: float | None = None


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A named configuration; its runs differ in seed or fold.

    Attributes:
        options: what is asked of training, by the names of ``TrainConfig``'s fields; ``preset``
            may be among them.
        seeds: a run each.
        folds: a run each of so many folds, for every seed; None for none.
        reported: figures that were reported of it.
        note: a sentence for the table.
    """

    name: str
    options: Mapping[str, Any]
    seeds: tuple[int, ...] = (0,)
    folds: int | None = None
    reported: tuple[Reported, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Curves of several experiments in one picture.

    Attributes:
        title: above it.
        draws: the key of ``metrics.jsonl``.
        experiments: patterns of names.
    """

    name: str
    title: str
    draws: str
    experiments: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Study:
    """Experiments with what is expected of them.

    Attributes:
        name: of its folder.
        title: of its table.
        experiments: their names differ.
        findings: what is said of them together.
        figures: curves to draw.
    """

    name: str
    title: str
    experiments: tuple[Experiment, ...]
    findings: tuple[Finding, ...] = ()
    figures: tuple[Figure, ...] = ()
