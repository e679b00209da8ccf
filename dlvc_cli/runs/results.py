"""What trained networks say: plain values that engines fill in and tables show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlvc_cli.runs.calibration import Calibration

__all__ = ["ClassFigures", "Prediction", "TestResult", "WorstImage"]


@dataclass(frozen=True)
class Prediction:
    """What a network says of one image.

    Attributes:
        path: the image file, None for an image that was handed over.
        label: the most probable class.
        probabilities: softmax, by class name.
    """

    path: str | None
    label: str
    probabilities: Mapping[str, float]


@dataclass(frozen=True)
class ClassFigures:
    """How a class is recognised.

    Attributes:
        images: how many there are of it.
        precision: of the images that are said to be of it, the share that are; None of none.
        recall: of its images, the share that are said to be; None where it has none.
    """

    label: str
    images: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True)
class WorstImage:
    """An image that is classified wrong, and how sure of it the network is.

    Attributes:
        index: in the order in which the split is read, from 0.
        name: in the data set; None where that isn't at hand.
        target, predicted: class names.
        probability: of the predicted class.
    """

    index: int
    name: str | None
    target: str
    predicted: str
    probability: float


@dataclass(frozen=True)
class TestResult:
    """What a network does on a split.

    Attributes:
        split: its name.
        images: how many.
        loss: mean over all of them; it may be not finite. None where it isn't known.
        accuracy: correct over total.
        balanced_accuracy: the mean over the classes that occur of the share of their images that
            is predicted right.
        classes: names, in the order of the confusion matrix.
        confusion: counts, a row for each true class, a column for each predicted.
        data: the data set, where it was named anew; None for the run's own.
        undecided: counts by true class of images without a prediction, since the network's numbers
            for them are not finite; they count as wrong.
        interval: 95 %, of the accuracy (Wilson), low and high.
        per_class: precision and recall.
        calibration: None where the network gives no finite numbers for an image.
        worst: the most confidently wrong images, the worst first.
        metrics: those that were asked for, by name; None where one is not defined.
        from_run: these come from what the run has kept; nothing was run again.
        epoch: that the network is of; None where that isn't known.
        tta: over which variants of an image probabilities are averaged, as ``--tta`` writes it.
    """

    __test__ = False  # no test case, whatever pytest makes of the name

    split: str
    images: int
    loss: float | None
    accuracy: float
    classes: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    undecided: tuple[int, ...] = ()
    balanced_accuracy: float | None = None
    interval: tuple[float, float] | None = None
    data: str | None = None
    per_class: tuple[ClassFigures, ...] = ()
    calibration: Calibration | None = None
    worst: tuple[WorstImage, ...] = ()
    metrics: Mapping[str, float | None] = field(default_factory=dict)
    from_run: bool = False
    epoch: int | None = None
    tta: str = "none"
