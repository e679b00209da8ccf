"""What accuracies are worth: intervals, and whether two of them differ by more than chance.

Imports nothing heavy; what takes SciPy imports it when it is called.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

__all__ = ["Interval", "Paired", "interval_of_share", "mcnemar", "paired", "spread", "wilson"]

# Two-sided, 95 %: the normal distribution's quantile at 0.975.
_Z = 1.959963984540054
LEVEL = 0.05
"""Differences with a smaller p-value are said to be more than chance."""


@dataclass(frozen=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


def wilson(correct: int, total: int) -> Interval:
    """The 95 % interval of a share, by Wilson's score.

    Args:
        correct: of ``total`` images, from 1.

    Source: E. B. Wilson (1927), Probable inference, the law of succession, and statistical
    inference, Journal of the American Statistical Association 22.
    """
    share, spread = correct / total, _Z**2 / total
    middle = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def interval_of_share(share: float | None, total: int) -> dict[str, float] | None:
    """Wilson's interval of an accuracy on ``total`` images as plain values; None if unknown."""
    if share is None or total < 1:
        return None
    found = wilson(round(share * total), total)
    return {"low": found.low, "high": found.high}


def mcnemar(first: Any, second: Any) -> float:
    """The exact p-value that two networks are equally often right, by McNemar's test.

    Args:
        first, second: whether each is right about each of the same images, bool (N,).

    Source: Q. McNemar (1947), Note on the sampling error of the difference between correlated
    proportions or percentages, Psychometrika 12; exact: binomial, of the images on which the two
    differ.
    """
    from scipy.stats import binomtest

    alone, other_alone = int((first & ~second).sum()), int((second & ~first).sum())
    if not alone + other_alone:
        return 1.0
    return float(binomtest(alone, alone + other_alone).pvalue)


def spread(values: Sequence[float]) -> tuple[float, float | None]:
    """Mean and standard deviation (n - 1) of figures, None of one figure alone."""
    return fmean(values), stdev(values) if len(values) > 1 else None


@dataclass(frozen=True)
class Paired:
    """A comparison of two experiments, seed by seed or fold by fold.

    Attributes:
        difference: mean of the second less the first.
        interval: 95 %, of it.
        p: two-sided p-value that it is 0.
    """

    difference: float
    interval: Interval
    p: float


def paired(
    first: Sequence[float], second: Sequence[float], folds: int | None = None
) -> Paired | None:
    """Compare figures of the same seeds or folds by a t-test on their differences.

    Folds share training images, so their figures agree more than independent ones: the variance is
    corrected by test over training images.

    Args:
        first, second: figures in the same order, n each.
        folds: how many folds the images were parted into; None for seeds.

    Returns:
        None of fewer than two pairs.

    Source: C. Nadeau and Y. Bengio (2003), Inference for the generalization error, Machine
    Learning 52, for folds; Student's paired test for seeds.
    """
    from scipy.stats import t

    differences = [b - a for a, b in zip(first, second, strict=True)]
    count = len(differences)
    if count < 2:
        return None
    mean, deviation = fmean(differences), stdev(differences)
    # Of k folds, one tests and k - 1 train.
    share = 1 / count + (1 / (folds - 1) if folds else 0.0)
    error = deviation * math.sqrt(share)
    half = float(t.ppf(0.975, count - 1)) * error
    p = 2 * float(t.sf(abs(mean) / error, count - 1)) if error else float(mean == 0)
    return Paired(mean, Interval(mean - half, mean + half), p)
