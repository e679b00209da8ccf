"""Images decoded once: a split as one uint8 tensor, in a fixed order."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from dlvc_cli.errors import DataError
from dlvc_cli.events import DataProgress
from dlvc_cli.images.decode import decode
from dlvc_cli.images.room import physical_memory
from dlvc_cli.training.data.samples import in_threads, naming, sample_of
from dlvc_cli.training.data.subsets import Subset

__all__ = ["DecodedSplit", "allocate", "decode_subset"]


@dataclass(frozen=True)
class DecodedSplit:
    """Decoded images.

    Attributes:
        images: uint8 (N, 3, H, W).
        targets: int64 (N,).
        names: of the samples.
        source: the name of the split of the data set that they come from.
        places: where each is among all images that the run has of ``source``, int64 (N,).
    """

    images: Tensor
    targets: Tensor
    names: tuple[str, ...]
    source: str
    places: Tensor

    def __len__(self) -> int:
        return self.images.shape[0]

    def to(self, device: torch.device) -> DecodedSplit:
        """Move to a GPU where the images fit in half of its free memory; labels always."""
        images = self.images
        if device.type == "cuda":
            free, _ = torch.cuda.mem_get_info(device)
            if images.nbytes < free // 2:
                images = images.to(device)
        targets, places = self.targets.to(device), self.places.to(device)
        return replace(self, images=images, targets=targets, places=places)


def decode_subset(
    subset: Subset, size: tuple[int, int], fit: str | None
) -> Generator[DataProgress, None, tuple[DecodedSplit, dict[int, DataError]]]:
    """Decode a subset to images of one size (height, width).

    Returns:
        The images of those that can be read, as if the subset were all of its source, and what is
        wrong with which other index.
    """
    height, width = size
    place = {index: row for row, index in enumerate(subset.indices)}
    images = allocate((len(subset.indices), 3, height, width), "The images")

    def work(index: int) -> None:
        source = sample_of(subset, index)
        with naming(subset, index, source):
            pixels = decode(source, size, fit or "crop")
        images[place[index]] = pixels.transpose(2, 0, 1)

    results = yield from in_threads(subset.indices, work, subset.name, "decoding")
    bad = {i: r for i, r in zip(subset.indices, results, strict=True) if isinstance(r, DataError)}
    if bad:
        # In place, since the images may lie in a file that is larger than memory.
        kept = [row for index, row in place.items() if index not in bad]
        for target, row in enumerate(kept):
            images[target] = images[row]
        images = images[: len(kept)]
        subset = subset.without(set(bad))
    names = tuple(subset.split.names[index] for index in subset.indices)
    targets, places = torch.tensor(subset.labels), torch.arange(len(names))
    return DecodedSplit(torch.from_numpy(images), targets, names, subset.source, places), bad


def allocate(shape: tuple[int, ...], what: str) -> np.ndarray:
    """An uint8 array in memory, or in a temporary file where it would fill a quarter of it.

    Args:
        what: it is to hold, for the message.

    Raises:
        DataError: there is no room for the file.
    """
    size = int(np.prod(shape, dtype=np.int64))
    if size <= physical_memory() // 4:
        return np.empty(shape, np.uint8)
    try:
        # The file has no name any more and goes with the last reference to the array.
        with tempfile.TemporaryFile() as file:
            # Reserved now: a disk that is full later would kill the process while it writes.
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            return np.memmap(file, np.uint8, "w+", shape=shape)
    except OSError as error:
        raise DataError(
            f"{what} take {size / 1e9:.1f} GB, more than memory holds, and a temporary file "
            f"cannot be made ({error.strerror}). Set TMPDIR to a larger disk, or a smaller "
            "--image-size."
        ) from error
