"""Reads the original python batches of CIFAR-10.

Format: https://www.cs.toronto.edu/~kriz/cifar.html. Each batch is a pickled dictionary with
``data``, uint8 (10000, 3072), a row being the red, green and blue planes of a 32 x 32 image,
and ``labels``, a list of class indices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dlvc_cli import DataError, open_regular
from dlvc_datasets import array_pickle
from dlvc_datasets.batch_archive import read_members

__all__ = ["BATCHES", "CLASSES", "Batch", "batch_files", "read_batches"]

BATCHES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

# Bytes of a batch, which has 31 million as its authors pickled it and half as much again in the
# longest form there is; and of all that an archive may unpack to.
_LARGEST, _MOST = 1 << 26, 1 << 29


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
    for name, content in batch_files(copy):
        found[name] = _read(content, f"{copy / name}" if copy.is_dir() else f"{name} in {copy}")
    missing = [name for name in BATCHES if name not in found]
    if missing:
        raise DataError(f"{copy} lacks {', '.join(missing)}: get a whole copy of CIFAR-10.")
    return found


def batch_files(copy: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name of each batch that is there, and its bytes.

    Raises:
        DataError: the archive or a file cannot be read, or is larger than any batch.
    """
    try:
        if copy.is_dir():
            for path in (copy / name for name in BATCHES):
                if path.is_file():
                    with open_regular(path) as file:
                        content = file.read(_LARGEST + 1)
                    if len(content) > _LARGEST:
                        raise ValueError(f"{path.name} in it is too large")
                    yield path.name, content
        else:
            yield from read_members(copy, BATCHES, _LARGEST, _MOST)
    except (DataError, MemoryError):
        raise
    # What gzip, zlib and tarfile raise on damaged data has no common base.
    except Exception as error:
        raise DataError(f"{copy} cannot be read as a copy of CIFAR-10 ({_line(error)}).") from error


def _read(pickled: bytes, name: str) -> Batch:
    try:
        content = array_pickle.load(pickled)
        if not isinstance(content, dict) or not {b"data", b"labels"} <= set(content):
            raise ValueError("no data and labels")
        data, labels = content[b"data"], _as_labels(content[b"labels"])
        images = data.reshape(len(labels), 3, 32, 32).transpose(0, 2, 3, 1)
    except MemoryError:
        raise
    # A damaged pickle raises nearly any exception.
    except Exception as error:
        raise DataError(f"{name} is no batch of CIFAR-10, or damaged ({_line(error)}).") from error
    _check_labels(labels.tolist(), name)
    return Batch(np.ascontiguousarray(images), labels)


def _as_labels(labels: Any) -> np.ndarray:
    # Of lists in lists, NumPy would make an array of as many dimensions.
    if not isinstance(labels, list) or not all(type(label) is int for label in labels):
        raise ValueError("labels that are no whole numbers")
    return np.array(labels, np.int64)


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


def _check_labels(labels: Iterable[int], name: str) -> None:
    wrong = set(labels) - set(range(len(CLASSES)))
    if wrong:
        raise DataError(f"{name} has a label that CIFAR-10 lacks: {min(wrong)}.")
