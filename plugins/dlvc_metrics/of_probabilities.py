"""Metrics of probabilities: NaN where a row of them isn't finite.

Each function builds ``metric(targets (N,), probabilities (N, classes)) -> float``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlvc_cli import reliability

__all__ = ["auroc", "ece", "log_loss"]

Metric = Callable[[NDArray[Any], NDArray[Any]], float]


def auroc() -> Metric:
    """The area under the ROC curve, by scikit-learn's ``roc_auc_score``.

    Of two classes, that of class 1. Of more, the mean over the classes that occur of each against
    the rest, as ``multi_class="ovr"`` with ``average="macro"`` has it. NaN where one class alone
    occurs.
    """
    from sklearn.metrics import roc_auc_score

    def metric(targets: NDArray[Any], probabilities: NDArray[Any]) -> float:
        there = np.unique(targets)
        if len(there) < 2 or not np.isfinite(probabilities).all():
            return math.nan
        if probabilities.shape[1] == 2:
            there = there[1:]
        areas = [roc_auc_score(targets == label, probabilities[:, label]) for label in there]
        return float(np.mean(areas))

    return metric


def log_loss() -> Metric:
    """The mean of -log p of the true class, by scikit-learn's ``log_loss``."""
    from sklearn import metrics

    def metric(targets: NDArray[Any], probabilities: NDArray[Any]) -> float:
        if not np.isfinite(probabilities).all():
            return math.nan
        # Sums that are 1 in single precision are not in double.
        shares = probabilities / probabilities.sum(1, keepdims=True)
        return float(metrics.log_loss(targets, shares, labels=np.arange(shares.shape[1])))

    return metric


def ece(bins: int = 15) -> Metric:
    """The expected calibration error, of so many bins of equal width.

    Source: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger (2017), On calibration of modern neural
    networks, ICML.
    """

    def metric(targets: NDArray[Any], probabilities: NDArray[Any]) -> float:
        found = reliability(targets, probabilities, bins)
        return math.nan if found is None else found.ece

    return metric
