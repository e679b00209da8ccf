"""The data sets ``cifar10`` and ``pets``, its cats and dogs, split as in the course.

Source: A. Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dlvc_cli import DataError
from dlvc_datasets.cifar_batches import CLASSES, read_batches
from dlvc_datasets.cifar_copy import ARCHIVE, FOLDER, data_folder, find_copy
from dlvc_datasets.memory import MemoryDataset, MemorySplit

__all__ = ["build_cifar10", "build_pets"]

_SPLITS = {
    "train": tuple(f"data_batch_{number}" for number in range(1, 5)),
    "val": ("data_batch_5",),
    "test": ("test_batch",),
}


def build_pets(path: str | None = None) -> MemoryDataset:
    """Return CIFAR-10's cats and dogs: 0 is cat, 1 is dog.

    Args:
        path: a copy of CIFAR-10; else the data folder's, downloaded where it holds none.

    Raises:
        DataError: there is no copy and no network, or the copy is damaged.
    """
    return _build("pets", ("cat", "dog"), path)


def build_cifar10(path: str | None = None) -> MemoryDataset:
    """Return all of CIFAR-10, with the splits of ``pets``; see :func:`build_pets`."""
    return _build("cifar10", CLASSES, path)


def _build(name: str, classes: tuple[str, ...], path: str | None) -> MemoryDataset:
    batches = read_batches(_copy(name, path))
    # New label by old one, -1 for those left out.
    renumber = np.array([classes.index(c) if c in classes else -1 for c in CLASSES])
    splits = {}
    for split, parts in _SPLITS.items():
        labels = renumber[np.concatenate([batches[part].labels for part in parts])]
        images = np.concatenate([batches[part].images for part in parts])
        names = [f"{part}/{row:05d}" for part in parts for row in range(len(batches[part].labels))]
        chosen = np.flatnonzero(labels >= 0)
        splits[split] = MemorySplit(images[chosen], labels[chosen], [names[i] for i in chosen])
    return MemoryDataset(classes, splits)


def _copy(name: str, path: str | None) -> Path:
    if path is None:
        copy = find_copy(data_folder())
        if copy is None:
            from dlvc_datasets.cifar_download import download

            copy = download(data_folder(), name)
        return copy
    given = Path(path).expanduser()
    if not given.exists():
        raise DataError(f"There is no folder or file {given}.")
    copy = find_copy(given)
    if copy is None:
        raise DataError(f"{given} holds no copy of CIFAR-10: neither {FOLDER} nor {ARCHIVE}.")
    return copy
