"""Metrics of the most probable classes. An image without finite probabilities counts as wrong.

Each function builds ``metric(targets (N,), probabilities (N, classes)) -> float``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["accuracy", "balanced_accuracy", "macro_f1"]

Metric = Callable[[NDArray[Any], NDArray[Any]], float]


def accuracy() -> Metric:
    """Correct over total."""

    def metric(targets: NDArray[Any], probabilities: NDArray[Any]) -> float:
        return int((_predicted(probabilities) == targets).sum()) / len(targets)

    return metric


def balanced_accuracy() -> Metric:
    """Recall averaged over the classes that occur, scikit-learn's ``balanced_accuracy_score``."""
    from sklearn.metrics import recall_score

    def metric(targets: NDArray[Any], probabilities: NDArray[Any]) -> float:
        # Its own function warns of what is predicted and doesn't occur; the mean is the same.
        there = np.unique(targets)
        return float(
            recall_score(targets, _predicted(probabilities), labels=there, average="macro")
        )

    return metric


def macro_f1() -> Metric:
    """The mean of F1 over classes that occur or are predicted, scikit-learn's ``f1_score``."""
    from sklearn.metrics import f1_score

    def metric(targets: NDArray[Any], probabilities: NDArray[Any]) -> float:
        predicted = _predicted(probabilities)
        there = np.union1d(targets, predicted[predicted >= 0])
        return float(f1_score(targets, predicted, labels=there, average="macro", zero_division=0))

    return metric


def _predicted(probabilities: NDArray[Any]) -> NDArray[np.int64]:
    """The most probable class of each row, int64 (N,); -1 of one that isn't finite."""
    finite = np.isfinite(probabilities).all(1)
    return np.where(finite, probabilities.argmax(1), -1)
