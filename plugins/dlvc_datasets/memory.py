"""Data sets whose images are in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["MemoryDataset", "MemorySplit"]


class MemorySplit:
    """One part of a data set, its images all of one size.

    Args:
        images: uint8 (N, H, W, 3).
        labels: class indices, (N,).
        names: a name for each image, (N,).
    """

    def __init__(self, images: np.ndarray, labels: np.ndarray, names: Sequence[str]) -> None:
        if not len(images) == len(labels) == len(names):
            raise ValueError(f"{len(images)} images, {len(labels)} labels, {len(names)} names")
        self.images = images
        self.labels: list[int] = labels.tolist()
        self.names = list(names)

    def sample(self, index: int) -> np.ndarray:
        """Return an image, uint8 (H, W, 3)."""
        return self.images[index]

    def fingerprint(self) -> str:
        """Return a SHA-256 of names, labels and images."""
        digest = hashlib.sha256(repr(self.images.shape).encode())
        for label, name in zip(self.labels, self.names, strict=True):
            digest.update(f"{label} {name}\n".encode())
        digest.update(np.ascontiguousarray(self.images).data)
        return f"sha256:{digest.hexdigest()}"


@dataclass(frozen=True)
class MemoryDataset:
    """Classes, and splits by name."""

    classes: tuple[str, ...]
    splits: Mapping[str, MemorySplit]
