"""Images decoded once: a split as one uint8 tensor, or as rows of a file of them."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dlvc_cli.errors import DataError
from dlvc_cli.events import DataProgress
from dlvc_cli.images.decode import Target
from dlvc_cli.images.room import physical_memory
from dlvc_cli.training.data.pixel_file import PixelFile
from dlvc_cli.training.data.samples import decode_samples
from dlvc_cli.training.data.subsets import Subset

__all__ = ["DecodedSplit", "allocate", "decode_subset", "mapped_subset"]


@dataclass(frozen=True)
class DecodedSplit:
    """Decoded images.

    Attributes:
        images: uint8 (M, 3, H, W), among which they are; :meth:`take` reads them.
        targets: int64 (N,).
        names: of the samples.
        source: the name of the split of the data set that they come from.
        places: where each is among all images that the run has of ``source``, int64 (N,).
        rows: where each is in ``images``, int64 (N,), on the same device; None: in order.
        file: that ``images`` lies in, None if it's in memory.
        streams: they are more than memory is to hold: what has been read is given back.
    """

    images: Tensor
    targets: Tensor
    names: tuple[str, ...]
    source: str
    places: Tensor
    rows: Tensor | None = None
    file: PixelFile | None = None
    streams: bool = False

    def __len__(self) -> int:
        return len(self.names)

    @property
    def device(self) -> torch.device:
        """Where the images are, and where indices of them are to be."""
        return self.images.device

    @property
    def image_shape(self) -> torch.Size:
        """(3, H, W)."""
        return self.images.shape[1:]

    @property
    def size(self) -> int:
        """Bytes of the images."""
        return len(self) * self.images[0].numel()

    def take(self, ids: Tensor, out: Tensor | None = None) -> Tensor:
        """Return the images at these places in the split, uint8 (n, 3, H, W).

        Args:
            ids: int64 (n,), on the images' device.
            out: where to put them, uint8 (n, 3, H, W).

        Raises:
            DlvcError: the file that they lie in is damaged.
        """
        rows = ids if self.rows is None else self.rows.index_select(0, ids)
        if self.file is not None:
            self.file.check(rows.numpy())
        images = torch.index_select(self.images, 0, rows, out=out)
        if self.file is not None and self.streams:
            self.file.give_back(images.nbytes)
        return images

    def between(self, start: int, stop: int) -> Tensor:
        """Return the images from ``start`` to ``stop``, uint8 (n, 3, H, W)."""
        if self.rows is None and self.file is None:
            return self.images[start:stop]
        return self.take(torch.arange(start, min(stop, len(self)), device=self.device))

    def chunks(self, count: int) -> Iterator[Tensor]:
        """Yield all images in order, ``count`` at a time."""
        for start in range(0, len(self), count):
            yield self.between(start, start + count)

    def to(self, device: torch.device) -> DecodedSplit:
        """Move to a GPU where the images fit in half of its free memory; labels always."""
        targets, places = self.targets.to(device), self.places.to(device)
        moved = replace(self, targets=targets, places=places)
        if device.type == "cuda" and not self.streams:
            free, _ = torch.cuda.mem_get_info(device)
            if self.size < free // 2:
                images = torch.empty((len(self), *self.image_shape), dtype=torch.uint8).to(device)
                at = 0
                for chunk in self.chunks(_AT_ONCE):
                    images[at : at + len(chunk)] = chunk.to(device)
                    at += len(chunk)
                moved = replace(moved, images=images, rows=None, file=None)
        return moved


_AT_ONCE = 1024


def decode_subset(
    subset: Subset, target: Target
) -> Generator[DataProgress, None, tuple[DecodedSplit, dict[int, DataError]]]:
    """Decode a subset to images of one size, in memory.

    Returns:
        The images of those that can be read, as if the subset were all of its source, and what is
        wrong with which other index.
    """
    images = allocate((len(subset.indices), 3, *target.size), "The images")

    def put(row: int, pixels: NDArray[np.uint8]) -> None:
        images[row] = pixels

    bad = yield from decode_samples(subset, target, put)
    if bad:
        # In place, since the images may lie in a file that is larger than memory.
        kept = [row for row, index in enumerate(subset.indices) if index not in bad]
        for place, row in enumerate(kept):
            images[place] = images[row]
        images = images[: len(kept)]
        subset = subset.without(set(bad))
    names = tuple(subset.split.names[index] for index in subset.indices)
    targets, places = torch.tensor(subset.labels), torch.arange(len(names))
    return DecodedSplit(torch.from_numpy(images), targets, names, subset.source, places), bad


def mapped_subset(
    subset: Subset, source: Subset, file: PixelFile, bad: Mapping[int, DataError]
) -> tuple[DecodedSplit, dict[int, DataError]]:
    """Return a subset's images as rows of a file that holds all of its source.

    Args:
        source: all samples, in the order of the file's rows.
        bad: what is wrong with which index.

    Returns:
        As :func:`decode_subset`.
    """
    row_of = {index: row for row, index in enumerate(source.indices)}
    errors = {index: bad[index] for index in subset.indices if index in bad}
    subset = subset.without(errors.keys())
    rows = torch.tensor([row_of[index] for index in subset.indices], dtype=torch.int64)
    names = tuple(subset.split.names[index] for index in subset.indices)
    with warnings.catch_warnings():
        # That it may not be written to.
        warnings.simplefilter("ignore", UserWarning)
        images = torch.from_numpy(file.images)
    decoded = DecodedSplit(
        images,
        torch.tensor(subset.labels, dtype=torch.int64),
        names,
        subset.source,
        torch.arange(len(names)),
        rows=None if torch.equal(rows, torch.arange(len(images))) else rows,
        file=file,
    )
    return decoded, errors


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
