"""Distances to the nearest of many points."""

from __future__ import annotations

import numpy as np

from dlvc_cli.descent.surface import Array

__all__ = ["distance_to_nearest"]

# Pairs that are cheaper to compare than a search tree is to import.
_FEW = 2_000_000


def distance_to_nearest(points: Array, targets: Array) -> Array:
    """Return the Euclidean distance from each of ``points`` (N, 2) to the nearest target (K, 2)."""
    if len(points) * len(targets) <= _FEW:
        gaps = points[:, None] - targets[None]
        nearest: Array = np.sqrt((gaps * gaps).sum(axis=2)).min(axis=1)
        return nearest
    from scipy.spatial import cKDTree

    distances: Array = cKDTree(targets).query(points)[0]
    return distances
