"""Pictures decoded once: a split as one uint8 tensor, in a fixed order."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlvc_cli.errors import DataError
from dlvc_cli.events import DataProgress
from dlvc_cli.images import decode, fit_to, probe
from dlvc_cli.registry import describe
from dlvc_cli.specs import Split

__all__ = [
    "Part",
    "Stored",
    "allocate",
    "decode_part",
    "part_of",
    "probe_part",
    "refuse_bad_files",
]

_CHUNK = 64


@dataclass(frozen=True)
class Part:
    """Some samples of a split, in the order in which they are read.

    Attributes:
        name: of the split that it serves as (``train``, ``val``, ``test``).
        split: where the samples come from.
        indices: of its samples in ``split``.
        labels: their class indices, in the run's numbering.
    """

    name: str
    split: Split
    indices: tuple[int, ...]
    labels: tuple[int, ...]

    def without(self, bad: set[int]) -> Part:
        """Return the part without the samples at these indices of ``split``."""
        rows = [row for row, index in enumerate(self.indices) if index not in bad]
        return self.take(rows)

    def take(self, rows: Sequence[int]) -> Part:
        """Return the part made of these rows of it."""
        indices = tuple(self.indices[row] for row in rows)
        return replace(self, indices=indices, labels=tuple(self.labels[row] for row in rows))


@dataclass(frozen=True)
class Stored:
    """Decoded pictures.

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

    def to(self, device: torch.device) -> Stored:
        """Move to a GPU where the pictures fit in half of its free memory; labels always."""
        images = self.images
        if device.type == "cuda":
            free, _ = torch.cuda.mem_get_info(device)
            if images.nbytes < free // 2:
                images = images.to(device)
        return Stored(images, self.targets.to(device), self.names)


def part_of(name: str, split: Split) -> Part:
    """Return a whole split as a part, in reading order."""
    order = _reading_order(split.names)
    return Part(name, split, tuple(order), tuple(int(split.labels[i]) for i in order))


def _reading_order(names: Sequence[str]) -> list[int]:
    """Return indices in a fixed order that mixes classes and depends on the names alone."""

    def key(index: int) -> bytes:
        return hashlib.blake2b(names[index].encode(), digest_size=16).digest()

    return sorted(range(len(names)), key=key)


def _sample(part: Part, index: int) -> Any:
    """A sample from the data set's plugin; whatever it raises concerns this sample alone."""
    try:
        return part.split.sample(index)
    except DataError:
        raise
    except Exception as error:
        raise DataError(f"{part.split.names[index]}: {describe(error)}") from error


def _in_threads(
    indices: Sequence[int], work: Callable[[int], Any], split: str
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
            for part in pool.map(chunk_work, chunks):
                results += part
                yield DataProgress(split=split, done=len(results), total=len(indices))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return results


def probe_part(
    part: Part,
) -> Generator[DataProgress, None, tuple[set[tuple[int, int]], dict[int, DataError]]]:
    """Return the sizes (height, width) that occur, and what is wrong with which index."""
    results = yield from _in_threads(
        part.indices, lambda index: probe(_sample(part, index)), part.name
    )
    bad = {i: r for i, r in zip(part.indices, results, strict=True) if isinstance(r, DataError)}
    return {result for result in results if not isinstance(result, DataError)}, bad


def decode_part(
    part: Part, size: tuple[int, int], fit: str
) -> Generator[DataProgress, None, tuple[Stored, dict[int, DataError]]]:
    """Decode a part to pictures of one size (height, width).

    Returns:
        The pictures of those that can be read, and what is wrong with which other index.
    """
    height, width = size
    place = {index: row for row, index in enumerate(part.indices)}
    images = allocate((len(part.indices), 3, height, width), "The pictures")

    def work(index: int) -> None:
        pixels = fit_to(decode(_sample(part, index)), size, fit)
        images[place[index]] = pixels.transpose(2, 0, 1)

    results = yield from _in_threads(part.indices, work, part.name)
    bad = {i: r for i, r in zip(part.indices, results, strict=True) if isinstance(r, DataError)}
    if bad:
        # In place, since the pictures may lie in a file that is larger than memory.
        kept = [row for index, row in place.items() if index not in bad]
        for target, row in enumerate(kept):
            images[target] = images[row]
        images = images[: len(kept)]
        part = part.without(set(bad))
    names = tuple(part.split.names[index] for index in part.indices)
    return Stored(torch.from_numpy(images), torch.tensor(part.labels), names), bad


def allocate(shape: tuple[int, ...], what: str) -> np.ndarray:
    """An uint8 array in memory, or in a temporary file where it would fill a quarter of it.

    Args:
        what: it is to hold, for the message.

    Raises:
        DataError: there is no room for the file.
    """
    size = int(np.prod(shape, dtype=np.int64))
    if size <= _physical_memory() // 4:
        return np.empty(shape, np.uint8)
    try:
        # The file has no name any more and goes with the last reference to the array.
        with tempfile.TemporaryFile() as file:
            # Taken now: a disk that fills up later could not be told from a crash.
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            return np.memmap(file, np.uint8, "w+", shape=shape)
    except OSError as error:
        raise DataError(
            f"{what} take {size / 1e9:.1f} GB, more than memory holds, and a temporary file "
            f"cannot be made ({error.strerror}). Set TMPDIR to a larger disk, or a smaller "
            "--image-size."
        ) from error


def _physical_memory() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return 8 << 30


def refuse_bad_files(bad: dict[str, dict[int, DataError]]) -> None:
    """Raise ``DataError`` that says how many files of which splits are bad, and names some."""
    found = [error for errors in bad.values() for error in errors.values()]
    if not found:
        return
    counts = ", ".join(f"{len(errors)} in {name}" for name, errors in bad.items() if errors)
    shown = "\n".join(f"  {error}" for error in found[:5])
    more = f"\n  and {len(found) - 5} more" if len(found) > 5 else ""
    files = "file" if len(found) == 1 else "files"
    raise DataError(
        f"{len(found)} {files} cannot be read as pictures ({counts}):\n{shown}{more}\n"
        "Mend or remove them, or go on without them: --skip-bad-files."
    )
