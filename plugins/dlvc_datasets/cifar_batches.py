"""Reads the original python batches of CIFAR-10.

Format: https://www.cs.toronto.edu/~kriz/cifar.html. Each batch is a pickled dictionary with
``data``, uint8 (10000, 3072), a row being the red, green and blue planes of a 32 x 32 image,
and ``labels``, a list of class indices.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

import numpy as np

from dlvc_cli import DataError
from dlvc_datasets import array_pickle

__all__ = ["BATCHES", "CLASSES", "Batch", "batch_files", "read_batches"]

BATCHES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


class Batch(NamedTuple):
    """One batch.

    Attributes:
        images: uint8 (N, 32, 32, 3).
        labels: int64 (N,), indices into ``CLASSES``.
    """

    images: np.ndarray
    labels: np.ndarray


def read_batches(copy: Path) -> dict[str, Batch]:
    """Read all six batches from a folder or from the ``.tar.gz`` that they come in.

    Raises:
        DataError: a batch is missing, damaged, or holds anything but arrays and bytes.
    """
    found = {}
    for name, file in batch_files(copy):
        found[name] = _read(file, f"{copy / name}" if copy.is_dir() else f"{name} in {copy}")
    missing = [name for name in BATCHES if name not in found]
    if missing:
        raise DataError(f"{copy} lacks {', '.join(missing)}: get a whole copy of CIFAR-10.")
    return found


def batch_files(copy: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the name of each batch that is there, and the batch as an open file.

    Raises:
        DataError: the archive or a file cannot be read.
    """
    try:
        if copy.is_dir():
            for path in (copy / name for name in BATCHES):
                if path.is_file():
                    with path.open("rb") as file:
                        yield path.name, file
        else:
            yield from _files_in_archive(copy)
    # What gzip and zlib raise on damaged data has no common base.
    except (OSError, EOFError, tarfile.TarError, ValueError) as error:
        raise DataError(f"{copy} cannot be read as a copy of CIFAR-10 ({_line(error)}).") from error


def _files_in_archive(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    # As a stream: each member is unpacked once, in memory, and nothing is written.
    with tarfile.open(archive, "r|*") as members:
        for member in members:
            name = PurePosixPath(member.name).name
            if name in BATCHES and (file := members.extractfile(member)) is not None:
                yield name, io.BytesIO(file.read())


def _read(file: IO[bytes], name: str) -> Batch:
    try:
        content = array_pickle.load(file)
        if not isinstance(content, dict) or not {b"data", b"labels"} <= set(content):
            raise ValueError("no data and labels")
        data, labels = content[b"data"], np.asarray(content[b"labels"], np.int64)
        images = data.reshape(len(labels), 3, 32, 32).transpose(0, 2, 3, 1)
    # A damaged pickle raises nearly any exception.
    except Exception as error:
        raise DataError(f"{name} is no batch of CIFAR-10, or damaged ({_line(error)}).") from error
    _check_labels(labels.tolist(), name)
    return Batch(np.ascontiguousarray(images), labels)


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


def _check_labels(labels: Iterable[int], name: str) -> None:
    wrong = set(labels) - set(range(len(CLASSES)))
    if wrong:
        raise DataError(f"{name} has a label that CIFAR-10 lacks: {min(wrong)}.")
