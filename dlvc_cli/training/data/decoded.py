"""Images decoded once: a split as one uint8 tensor, in a fixed order."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlvc_cli.contract.data_sets import Split
from dlvc_cli.errors import DataError, DlvcError, cause_of
from dlvc_cli.events import DataProgress
from dlvc_cli.images.decode import decode, probe
from dlvc_cli.images.room import physical_memory

__all__ = [
    "DecodedSplit",
    "Subset",
    "allocate",
    "decode_subset",
    "probe_subset",
    "refuse_bad_files",
    "subset_of",
]

_CHUNK = 64


@dataclass(frozen=True)
class Subset:
    """Some samples of a split, in the order in which they are read.

    Attributes:
        name: of the split that it serves as (``train``, ``val``, ``test``).
        source: the name of ``split`` in the data set.
        split: where the samples come from.
        indices: of its samples in ``split``.
        labels: their class indices, in the run's numbering.
    """

    name: str
    source: str
    split: Split
    indices: tuple[int, ...]
    labels: tuple[int, ...]

    def without(self, bad: Collection[int]) -> Subset:
        """Return the subset without the samples at these indices of ``split``."""
        rows = [row for row, index in enumerate(self.indices) if index not in bad]
        return self.take(rows)

    def take(self, rows: Sequence[int]) -> Subset:
        """Return the subset made of these rows of it."""
        indices = tuple(self.indices[row] for row in rows)
        return replace(self, indices=indices, labels=tuple(self.labels[row] for row in rows))


@dataclass(frozen=True)
class DecodedSplit:
    """Decoded images.

    Attributes:
        images: uint8 (N, 3, H, W).
        targets: int64 (N,).
        names: of the samples.
    """

    images: Tensor
    targets: Tensor
    names: tuple[str, ...]

    def __len__(self) -> int:
        return self.images.shape[0]

    def to(self, device: torch.device) -> DecodedSplit:
        """Move to a GPU where the images fit in half of its free memory; labels always."""
        images = self.images
        if device.type == "cuda":
            free, _ = torch.cuda.mem_get_info(device)
            if images.nbytes < free // 2:
                images = images.to(device)
        return DecodedSplit(images, self.targets.to(device), self.names)


def subset_of(name: str, split: Split) -> Subset:
    """Return a whole split as a subset, in reading order."""
    order = _reading_order(split.names)
    return Subset(name, name, split, tuple(order), tuple(int(split.labels[i]) for i in order))


def _reading_order(names: Sequence[str]) -> list[int]:
    """Return indices in a fixed order that mixes classes and depends on the names alone."""

    def key(index: int) -> bytes:
        return hashlib.blake2b(names[index].encode(), digest_size=16).digest()

    return sorted(range(len(names)), key=key)


def _sample(subset: Subset, index: int) -> Any:
    """A sample from the data set's plugin; whatever it raises concerns this sample alone."""
    try:
        return subset.split.sample(index)
    except (DlvcError, MemoryError):
        raise
    except Exception as error:
        raise DataError(f"{subset.split.names[index]}: {cause_of(error)}") from error


@contextmanager
def _naming(subset: Subset, index: int, source: Any) -> Iterator[None]:
    """Name the sample in what is wrong with an image that isn't a file, which has a name."""
    try:
        yield
    except DataError as error:
        if isinstance(source, str | os.PathLike):
            raise
        raise DataError(f"{subset.split.names[index]}: {error}") from error


def _in_threads(
    indices: Sequence[int], work: Callable[[int], Any], split: str, task: str
) -> Generator[DataProgress, None, list[Any]]:
    """Do ``work(index)`` for all, in threads; an error becomes that index's result."""

    def chunk_work(chunk: Sequence[int]) -> list[Any]:
        results: list[Any] = []
        for index in chunk:
            try:
                results.append(work(index))
            except DataError as error:
                results.append(error)
        return results

    chunks = [indices[start : start + _CHUNK] for start in range(0, len(indices), _CHUNK)]
    results: list[Any] = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        try:
            for done in pool.map(chunk_work, chunks):
                results += done
                yield DataProgress(split=split, done=len(results), total=len(indices), task=task)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return results


def probe_subset(
    subset: Subset,
) -> Generator[DataProgress, None, tuple[dict[int, tuple[int, int]], dict[int, DataError]]]:
    """Return the size (height, width) of each index, or what is wrong with it."""

    def work(index: int) -> tuple[int, int]:
        source = _sample(subset, index)
        with _naming(subset, index, source):
            return probe(source)

    results = yield from _in_threads(subset.indices, work, subset.name, "measuring")
    found = dict(zip(subset.indices, results, strict=True))
    bad = {index: size for index, size in found.items() if isinstance(size, DataError)}
    return {index: size for index, size in found.items() if index not in bad}, bad


def decode_subset(
    subset: Subset, size: tuple[int, int], fit: str | None
) -> Generator[DataProgress, None, tuple[DecodedSplit, dict[int, DataError]]]:
    """Decode a subset to images of one size (height, width).

    Returns:
        The images of those that can be read, and what is wrong with which other index.
    """
    height, width = size
    place = {index: row for row, index in enumerate(subset.indices)}
    images = allocate((len(subset.indices), 3, height, width), "The images")

    def work(index: int) -> None:
        source = _sample(subset, index)
        with _naming(subset, index, source):
            pixels = decode(source, size, fit or "crop")
        images[place[index]] = pixels.transpose(2, 0, 1)

    results = yield from _in_threads(subset.indices, work, subset.name, "decoding")
    bad = {i: r for i, r in zip(subset.indices, results, strict=True) if isinstance(r, DataError)}
    if bad:
        # In place, since the images may lie in a file that is larger than memory.
        kept = [row for index, row in place.items() if index not in bad]
        for target, row in enumerate(kept):
            images[target] = images[row]
        images = images[: len(kept)]
        subset = subset.without(set(bad))
    names = tuple(subset.split.names[index] for index in subset.indices)
    return DecodedSplit(torch.from_numpy(images), torch.tensor(subset.labels), names), bad


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


def refuse_bad_files(bad: dict[str, dict[int, DataError]]) -> None:
    """Raise ``DataError`` that says how many files of which splits are bad, and names some."""
    found = [error for errors in bad.values() for error in errors.values()]
    if not found:
        return
    counts = ", ".join(f"{len(errors)} in {name}" for name, errors in bad.items() if errors)
    some = [f"  {error}" for error in found[:5]]
    more = [f"  and {len(found) - 5} more"] if len(found) > 5 else []
    files = "file" if len(found) == 1 else "files"
    raise DataError(
        f"{len(found)} {files} cannot be read as images ({counts}):",
        *some,
        *more,
        "Mend or remove them, or go on without them: --skip-bad-files.",
    )
