"""Work on many samples of a subset: in threads, each one's failure its own. Imports no torch."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.errors import DataError, DlvcError, cause_of
from dlvc_cli.events import DataProgress
from dlvc_cli.images.decode import decode
from dlvc_cli.images.header import Header, read_header
from dlvc_cli.training.data.subsets import Subset

__all__ = [
    "decode_samples",
    "naming",
    "read_headers",
    "read_sizes",
    "refuse_bad_files",
    "sample_of",
]

_CHUNK = 64


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


def read_headers(
    subset: Subset,
) -> Generator[DataProgress, None, tuple[dict[int, Header], dict[int, DataError]]]:
    """Return what each index's image says of itself, its size first, or what is wrong with it."""

    def work(index: int) -> Header:
        source = sample_of(subset, index)
        with naming(subset, index, source):
            return read_header(source)

    results = yield from _in_threads(subset.indices, work, subset.name, "measuring")
    found = dict(zip(subset.indices, results, strict=True))
    bad = {index: error for index, error in found.items() if isinstance(error, DataError)}
    return {index: header for index, header in found.items() if index not in bad}, bad


def read_sizes(
    subset: Subset,
) -> Generator[DataProgress, None, tuple[dict[int, tuple[int, int]], dict[int, DataError]]]:
    """Return the (height, width) of each index's image, or what is wrong with it."""
    headers, errors = yield from read_headers(subset)
    return {index: header.size for index, header in headers.items()}, errors


def decode_samples(
    subset: Subset,
    size: tuple[int, int],
    fit: str | None,
    put: Callable[[int, NDArray[np.uint8]], None],
) -> Generator[DataProgress, None, dict[int, DataError]]:
    """Decode all images of a subset to one size (height, width).

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
            pixels = decode(source, size, fit or "crop")
        put(row[index], pixels.transpose(2, 0, 1))

    results = yield from _in_threads(subset.indices, work, subset.name, "decoding")
    return {i: r for i, r in zip(subset.indices, results, strict=True) if isinstance(r, DataError)}


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
