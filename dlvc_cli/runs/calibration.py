"""Calibration: whether a network is right as often as it says that it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Calibration", "ReliabilityBin", "reliability"]


@dataclass(frozen=True)
class ReliabilityBin:
    """Images whose confidence, the probability of the predicted class, is in (low, high].

    Attributes:
        images: how many.
        confidence: their mean confidence, None of no images.
        accuracy: the share that is classified right, None of no images.
    """

    low: float
    high: float
    images: int
    confidence: float | None
    accuracy: float | None


@dataclass(frozen=True)
class Calibration:
    """A reliability curve, and the expected calibration error.

    Attributes:
        ece: the mean over images of how far the confidence of their bin is from its accuracy.
        confidence: the mean of all images.
        bins: of equal width, from 0 to 1.
    """

    ece: float
    confidence: float
    bins: tuple[ReliabilityBin, ...]


def reliability(
    targets: NDArray[Any], probabilities: NDArray[Any], bins: int = 15
) -> Calibration | None:
    """Return the calibration of probabilities; None where some aren't finite, or there are none.

    Args:
        targets: class indices (N,).
        probabilities: (N, classes).
        bins: how many.

    Source: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger (2017), On calibration of modern neural
    networks, ICML.
    """
    if not len(targets) or not np.isfinite(probabilities).all():
        return None
    # Sums in single precision may pass 1 by a hair.
    confidence = np.minimum(probabilities.max(1).astype(np.float64), 1.0)
    right = probabilities.argmax(1) == targets
    edges = np.arange(bins + 1) / bins
    place = np.maximum(np.searchsorted(edges, confidence, side="left") - 1, 0)
    count = np.bincount(place, minlength=bins)
    sums = np.bincount(place, weights=confidence, minlength=bins)
    hits = np.bincount(place, weights=right, minlength=bins)
    found = tuple(
        ReliabilityBin(
            low=float(edges[k]),
            high=float(edges[k + 1]),
            images=int(count[k]),
            confidence=float(sums[k] / count[k]) if count[k] else None,
            accuracy=float(hits[k] / count[k]) if count[k] else None,
        )
        for k in range(bins)
    )
    error = float(np.abs(hits - sums).sum()) / len(targets)
    return Calibration(error, float(confidence.mean()), found)
