"""``pets`` and ``cifar10`` out of a copy of CIFAR-10, wherever it lies."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from dlvc_datasets import cifar_copy
from dlvc_datasets.cifar10 import build_cifar10, build_pets
from dlvc_datasets.cifar_batches import BATCHES, CLASSES
from helpers.stand_ins import batch_content

from dlvc_cli import DataError, Dataset, Split


def test_pets_are_the_cats_and_dogs(batches: Path) -> None:
    data = build_pets(str(batches))
    assert data.classes == ("cat", "dog")
    assert {name: len(split.labels) for name, split in data.splits.items()} == {
        "train": 16,
        "val": 4,
        "test": 4,
    }
    assert isinstance(data, Dataset)
    assert isinstance(data.splits["train"], Split)
    for split in data.splits.values():
        for index, name in enumerate(split.names):
            part, row = name.split("/")
            content = batch_content(BATCHES.index(part))
            assert content[b"labels"][int(row)] == (3, 5)[split.labels[index]]
            planes = content[b"data"][int(row)].reshape(3, 32, 32)
            np.testing.assert_array_equal(split.sample(index), planes.transpose(1, 2, 0))
    assert {name.split("/")[0] for name in data.splits["train"].names} == set(BATCHES[:4])
    assert {name.split("/")[0] for name in data.splits["val"].names} == {"data_batch_5"}
    assert {name.split("/")[0] for name in data.splits["test"].names} == {"test_batch"}


def test_cifar10_has_all_ten_classes(batches: Path) -> None:
    data = build_cifar10(str(batches))
    assert data.classes == CLASSES
    assert {name: len(split.labels) for name, split in data.splits.items()} == {
        "train": 80,
        "val": 20,
        "test": 20,
    }
    assert data.splits["val"].labels == batch_content(4)[b"labels"]


def test_a_copy_is_found_in_all_its_forms(batches: Path, archive: Path, home: Path) -> None:
    expected = build_pets(str(batches)).splits["train"].fingerprint()
    assert expected.startswith("sha256:")
    assert build_pets(str(batches.parent)).splits["train"].fingerprint() == expected
    assert build_pets(str(archive)).splits["train"].fingerprint() == expected
    home.mkdir(parents=True)
    shutil.copy(archive, home)
    assert build_pets(str(home)).splits["train"].fingerprint() == expected
    assert build_pets().splits["train"].fingerprint() == expected
    assert build_pets(str(batches)).splits["val"].fingerprint() != expected


def test_a_path_without_a_copy_never_falls_back(home: Path, tmp_path: Path, batches: Path) -> None:
    shutil.copytree(batches, home / cifar_copy.FOLDER)
    with pytest.raises(DataError, match="There is no folder or file"):
        build_pets(str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="holds no copy of CIFAR-10"):
        build_pets(str(tmp_path))
    words = tmp_path / "words.txt"
    words.write_text("not an archive")
    with pytest.raises(DataError, match="cannot be read as a copy"):
        build_pets(str(words))
