"""What trained networks say: plain values that engines fill in and tables show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Prediction", "TestResult"]


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
class TestResult:
    """What a network does on a split.

    Attributes:
        split: its name.
        images: how many.
        loss: mean over all of them; it may be not finite.
        accuracy: correct over total.
        balanced_accuracy: the mean over the classes that occur of the share of their images that
            is predicted right.
        classes: names, in the order of the confusion matrix.
        confusion: counts, a row for each true class, a column for each predicted.
        data: the data set, where it was named anew; None for the run's own.
        undecided: counts by true class of images without a prediction, since the network's numbers
            for them are not finite; they count as wrong.
        interval: 95 %, of the accuracy (Wilson), low and high.
    """

    __test__ = False  # no test case, whatever pytest makes of the name

    split: str
    images: int
    loss: float
    accuracy: float
    classes: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    undecided: tuple[int, ...] = ()
    balanced_accuracy: float | None = None
    interval: tuple[float, float] | None = None
    data: str | None = None
