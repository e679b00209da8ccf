"""What a data set is: class names, and splits with samples by index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

__all__ = ["Dataset", "Split"]


@runtime_checkable
class Split(Protocol):
    """One part of a data set.

    Attributes:
        labels: the class index of each sample, (N,).
        names: a stable name of each sample (a path inside the data set), (N,); the order of
            reading comes from it, and messages use it.
    """

    labels: Sequence[int]
    names: Sequence[str]

    def sample(self, index: int) -> Any:
        """Return an image file's path, a PIL image, or a NumPy array.

        Arrays are (H, W) or (H, W, C) with C of 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA), of
        uint8, uint16, bool, or floats in [0, 1].
        """
        ...

    def fingerprint(self) -> str:
        """Return a hash of names, labels and images: the same for the same data anywhere."""
        ...


@runtime_checkable
class Dataset(Protocol):
    """What a data set's factory returns.

    It may also have ``notices``, sentences that a user is told when it is read: what was left out;
    and ``undivided``, true where its images are in one split, ``train``, for want of splits.

    Attributes:
        classes: class names; a label is an index into them.
        splits: by name: ``train``, and where they exist ``val`` and ``test``.
    """

    classes: Sequence[str]
    splits: Mapping[str, Split]
