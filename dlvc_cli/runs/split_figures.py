"""What a network's probabilities say of a whole split: classes, calibration, worst images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.runs.calibration import reliability
from dlvc_cli.runs.predictions import Predictions
from dlvc_cli.runs.results import ClassFigures, TestResult, WorstImage
from dlvc_cli.runs.statistics import wilson

__all__ = ["class_figures", "confusion_of", "figures_of_split", "undecided_of", "worst_images"]

_WORST = 10


def figures_of_split(
    kept: Predictions,
    classes: Sequence[str],
    loss: float | None,
    names: Sequence[str] | None = None,
    *,
    metrics: Mapping[str, float | None] | None = None,
    data: str | None = None,
    from_run: bool = False,
) -> TestResult:
    """Return what a test says, from what a network says of each image.

    Args:
        classes: their names.
        loss: mean over the images, None where it isn't known.
        names: of the images, None where they aren't known.
        metrics: what else was measured, by name.
        data: the data set, where it was named anew.
        from_run: whether the predictions are those that the run has kept.
    """
    images = len(kept.targets)
    confusion, undecided = confusion_of(kept).tolist(), undecided_of(kept).tolist()
    figures = class_figures(confusion, undecided, classes)
    recalls = [one.recall for one in figures if one.recall is not None]
    correct = int(kept.correct.sum())
    interval = wilson(correct, images)
    return TestResult(
        split=kept.split,
        images=images,
        loss=loss,
        accuracy=correct / images,
        classes=tuple(classes),
        confusion=tuple(tuple(row) for row in confusion),
        undecided=tuple(undecided),
        balanced_accuracy=fmean(recalls),
        interval=(interval.low, interval.high),
        data=data,
        per_class=figures,
        calibration=reliability(kept.targets, kept.probabilities),
        worst=worst_images(kept, classes, names),
        metrics=dict(metrics or {}),
        from_run=from_run,
        epoch=kept.epoch or None,
        tta=kept.tta,
    )


def confusion_of(kept: Predictions) -> NDArray[np.int64]:
    """Return counts (classes, classes): row the true class, column the predicted.

    Images without a prediction are in none.
    """
    count, decided = kept.probabilities.shape[1], kept.predicted >= 0
    cells = kept.targets[decided] * count + kept.predicted[decided]
    return np.bincount(cells, minlength=count**2).reshape(count, count)


def undecided_of(kept: Predictions) -> NDArray[np.int64]:
    """Return how many images of each true class have no prediction, (classes,)."""
    lost = kept.targets[kept.predicted < 0]
    return np.bincount(lost, minlength=kept.probabilities.shape[1])


def class_figures(
    confusion: Sequence[Sequence[int]], undecided: Sequence[int], classes: Sequence[str]
) -> tuple[ClassFigures, ...]:
    """Return precision and recall of each class.

    Args:
        confusion: counts (classes, classes), row the true class.
        undecided: images of each class without a prediction, (classes,); they count as missed.
    """
    images = [sum(row) + lost for row, lost in zip(confusion, undecided, strict=True)]
    named = [sum(column) for column in zip(*confusion, strict=True)]
    return tuple(
        ClassFigures(
            label=label,
            images=images[k],
            precision=confusion[k][k] / named[k] if named[k] else None,
            recall=confusion[k][k] / images[k] if images[k] else None,
        )
        for k, label in enumerate(classes)
    )


def worst_images(
    kept: Predictions, classes: Sequence[str], names: Sequence[str] | None, most: int = _WORST
) -> tuple[WorstImage, ...]:
    """Return the images that are classified wrong with the greatest probability, the worst first.

    Args:
        names: of all images, None where they aren't known.
        most: how many at most.
    """
    predicted = kept.predicted
    (wrong,) = np.nonzero((predicted >= 0) & ~kept.correct)
    sure = kept.probabilities[wrong, predicted[wrong]]
    # Of equals, the first.
    order = np.argsort(-sure, kind="stable")[:most]
    return tuple(
        WorstImage(
            index=int(row),
            name=None if names is None else names[row],
            target=classes[kept.targets[row]],
            predicted=classes[predicted[row]],
            probability=float(kept.probabilities[row, predicted[row]]),
        )
        for row in wrong[order]
    )
