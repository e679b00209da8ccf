"""Two runs on the same images, by the predictions that they have kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlvc_cli.errors import RunError
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.runs.statistics import Interval, mcnemar, wilson

if TYPE_CHECKING:
    from dlvc_cli.runs.predictions import Predictions

__all__ = [
    "Against",
    "against",
    "damage_of_predictions",
    "interval_of",
    "kept_of_best",
    "kept_predictions",
]


@dataclass(frozen=True)
class Against:
    """One beside another.

    Attributes:
        difference: of accuracy, the one's less the other's.
        p: how probable so large a difference is by chance alone.
        test: by which test: ``McNemar`` or ``paired t``.
    """

    difference: float
    p: float
    test: str


def kept_predictions(run: RunDir, split: str = "val") -> Predictions | None:
    """Return what a run's best network says of a split, None where it isn't kept or damaged."""
    try:
        return _read(run, split)
    except RunError:
        return None


def damage_of_predictions(run: RunDir) -> list[str]:
    """Say what is wrong with what a run has kept of its splits, a sentence each."""
    problems = []
    for split in ("val", "test"):
        try:
            if os.path.lexists(run.predictions_file(split)):
                _read(run, split)
        except RunError as error:
            problems.append(str(error))
    return problems


def _read(run: RunDir, split: str) -> Predictions:
    from dlvc_cli.runs.predictions import read_predictions

    return read_predictions(run.predictions_file(split), run.record().get("id"))


def kept_of_best(run: RunDir) -> Predictions | None:
    """Return what is kept of the validation images, None where it isn't of the best network."""
    kept = kept_predictions(run)
    return kept if kept is not None and kept.epoch == run.status().get("best_epoch") else None


def interval_of(run: RunDir, split: str = "val") -> Interval | None:
    """The 95 % interval of a run's accuracy on a split, None where predictions aren't kept."""
    kept = kept_predictions(run, split)
    return None if kept is None else wilson(int(kept.correct.sum()), len(kept.targets))


def against(run: RunDir, other: RunDir, split: str = "val") -> Against | None:
    """Compare two runs by the exact McNemar test; None where they aren't of the same images."""
    one, two = kept_predictions(run, split), kept_predictions(other, split)
    if one is None or two is None or one.images != two.images:
        return None
    prints = [each.record()["data"]["fingerprints"].get(split) for each in (run, other)]
    if prints[0] != prints[1] or not (one.targets == two.targets).all():
        return None
    difference = float(one.correct.mean() - two.correct.mean())
    return Against(difference, mcnemar(one.correct, two.correct), "McNemar")
