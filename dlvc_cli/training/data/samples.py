"""Work on many samples of a subset: in threads, each one's failure its own. Imports no torch."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.errors import DataError, DlvcError, cause_of
from dlvc_cli.events import DataProgress
from dlvc_cli.images.decode import Target, decode
from dlvc_cli.images.header import Header, read_header
from dlvc_cli.training.data.reader_pool import (
    ReaderPool,
    ReadersGone,
    readers_for,
    threads_for,
)
from dlvc_cli.training.data.subsets import Subset

__all__ = [
    "decode_samples",
    "naming",
    "read_headers",
    "read_sizes",
    "refuse_bad_files",
    "sample_of",
    "samples_are_files",
]

_CHUNK = 64
# Bytes that a process hands over at a time.
_CHUNK_SIZE = 8 << 20


def sample_of(subset: Subset, index: int) -> Any:
    """A sample from the data set's plugin; whatever it raises concerns this sample alone."""
    try:
        return subset.split.sample(index)
    except (DlvcError, MemoryError):
        raise
    except Exception as error:
        raise DataError(f"{subset.split.names[index]}: {cause_of(error)}") from error


@contextmanager
def naming(subset: Subset, index: int, source: Any) -> Iterator[None]:
    """Name the sample in what is wrong with an image that isn't a file, which has a name."""
    try:
        yield
    except DataError as error:
        if isinstance(source, str | os.PathLike):
            raise
        raise DataError(f"{subset.split.names[index]}: {error}") from error


def _each(work: Callable[[int], Any], indices: Sequence[int]) -> list[Any]:
    """Do ``work(index)`` for each; an error becomes that index's result."""
    results: list[Any] = []
    for index in indices:
        try:
            results.append(work(index))
        except DataError as error:
            results.append(error)
    return results


def _spread(
    subset: Subset,
    work: Callable[[int], Any],
    task: str,
    ask: Callable[[ReaderPool, Sequence[int]], list[Any]] | None = None,
    at_once: int = _CHUNK,
) -> Generator[DataProgress, None, list[Any]]:
    """Do the same with all samples, in threads or processes where that is sooner.

    The first few are done here, and timed.

    Args:
        work: does it here with one sample.
        ask: has a process do it with some; of samples that are files.
        at_once: how many.
    """
    indices = subset.indices
    begun = time.perf_counter()
    first = _each(work, indices[:_CHUNK])
    seconds = (time.perf_counter() - begun) / max(1, len(first))
    count = readers_for(seconds * (len(indices) - len(first)))
    if ask is None or count < 2 or not samples_are_files(subset):
        each, threads = partial(_each, work), threads_for(seconds)
        return (yield from _in_chunks(indices, first, each, subset.name, task, _CHUNK, threads))
    with ReaderPool(count) as pool:

        def chunk_work(chunk: Sequence[int]) -> list[Any]:
            try:
                return ask(pool, chunk)
            except (ReadersGone, DataError, TypeError):
                # A decoder took the process down with it, or a sample is missing or no file.
                return _each(work, chunk)

        return (
            yield from _in_chunks(indices, first, chunk_work, subset.name, task, at_once, count)
        )


def samples_are_files(subset: Subset) -> bool:
    """Whether the data set gives files, by its first sample."""
    try:
        return isinstance(sample_of(subset, subset.indices[0]), str | os.PathLike)
    except (DataError, IndexError):
        return False


def _paths_of(subset: Subset, indices: Sequence[int]) -> list[str]:
    return [os.fsdecode(sample_of(subset, index)) for index in indices]


def _in_chunks(
    indices: Sequence[int],
    results: list[Any],
    work: Callable[[Sequence[int]], list[Any]],
    split: str,
    task: str,
    at_once: int,
    threads: int,
) -> Generator[DataProgress, None, list[Any]]:
    """Do ``work(indices)`` for so many at once, in so many threads.

    Args:
        results: of the first, which are done already; those of the others are added to it.
    """
    starts = range(len(results), len(indices), at_once)
    chunks = [indices[start : start + at_once] for start in starts]
    if results:
        yield DataProgress(split=split, done=len(results), total=len(indices), task=task)
    with ThreadPoolExecutor(max_workers=threads) as pool:
        try:
            for done in pool.map(work, chunks):
                results += done
                yield DataProgress(split=split, done=len(results), total=len(indices), task=task)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return results


def _parted(subset: Subset, results: list[Any]) -> tuple[dict[int, Any], dict[int, DataError]]:
    """What was found of each index, and what is wrong with others."""
    found = dict(zip(subset.indices, results, strict=True))
    bad = {index: error for index, error in found.items() if isinstance(error, DataError)}
    return {index: result for index, result in found.items() if index not in bad}, bad


def read_headers(
    subset: Subset,
) -> Generator[DataProgress, None, tuple[dict[int, Header], dict[int, DataError]]]:
    """Return what each index's image says of itself, its size first, or what is wrong with it."""

    def work(index: int) -> Header:
        source = sample_of(subset, index)
        with naming(subset, index, source):
            return read_header(source)

    results = yield from _spread(subset, work, "measuring")
    return _parted(subset, results)


def read_sizes(
    subset: Subset,
) -> Generator[DataProgress, None, tuple[dict[int, tuple[int, int]], dict[int, DataError]]]:
    """Return the (height, width) of each index's image, or what is wrong with it."""

    def work(index: int) -> tuple[int, int]:
        source = sample_of(subset, index)
        with naming(subset, index, source):
            return read_header(source).size

    def ask(pool: ReaderPool, chunk: Sequence[int]) -> list[Any]:
        return pool.sizes(_paths_of(subset, chunk))

    results = yield from _spread(subset, work, "measuring", ask)
    return _parted(subset, results)


def decode_samples(
    subset: Subset,
    target: Target,
    put: Callable[[int, NDArray[np.uint8]], None],
) -> Generator[DataProgress, None, dict[int, DataError]]:
    """Decode all images of a subset to one size.

    Args:
        put: is given the row in the subset and the pixels (3, H, W) of each, in any order, in
            several threads at once.

    Returns:
        What is wrong with which other index.
    """
    row = {index: row for row, index in enumerate(subset.indices)}

    def work(index: int) -> None:
        source = sample_of(subset, index)
        with naming(subset, index, source):
            pixels = decode(source, target)
        put(row[index], pixels.transpose(2, 0, 1))

    def ask(pool: ReaderPool, chunk: Sequence[int]) -> list[Any]:
        def put_here(number: int, pixels: NDArray[np.uint8]) -> None:
            put(row[chunk[number]], pixels)

        return pool.decode(_paths_of(subset, chunk), target, put_here)

    at_once = max(1, min(_CHUNK, _CHUNK_SIZE // (3 * math.prod(target.size))))
    results = yield from _spread(subset, work, "decoding", ask, at_once)
    return _parted(subset, results)[1]


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
