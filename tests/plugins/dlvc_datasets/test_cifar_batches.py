"""Batches of CIFAR-10 that are missing, damaged or something else."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from dlvc_datasets.cifar10 import build_pets
from helpers.stand_ins import ROWS, batch_content

from dlvc_cli import DataError


def test_a_part_of_a_copy_is_an_error(batches: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(batches, tmp_path / "copy")
    (copy / "test_batch").unlink()
    (copy / "data_batch_3").unlink()
    with pytest.raises(DataError, match="lacks data_batch_3, test_batch"):
        build_pets(str(copy))


def test_a_damaged_copy_is_an_error(batches: Path, archive: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(batches, tmp_path / "copy")
    whole = (copy / "data_batch_2").read_bytes()
    (copy / "data_batch_2").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="data_batch_2 is no batch of CIFAR-10, or damaged"):
        build_pets(str(copy))
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(DataError, match=r"cut\.tar\.gz"):
        build_pets(str(cut))


@pytest.mark.parametrize(
    "content",
    [
        [1, 2],
        {b"data": batch_content(0)[b"data"]},
        batch_content(0) | {b"labels": [3] * (ROWS - 1)},
        batch_content(0) | {b"labels": [3] * (ROWS - 1) + [10]},
        batch_content(0) | {b"data": np.zeros((ROWS, 3072), np.float32)},
        batch_content(0) | {b"data": np.array([{}], object)},
    ],
)
def test_a_pickle_of_something_else_is_an_error(
    batches: Path, tmp_path: Path, content: object
) -> None:
    copy = shutil.copytree(batches, tmp_path / "copy")
    (copy / "data_batch_1").write_bytes(pickle.dumps(content, protocol=2))
    with pytest.raises(DataError, match="data_batch_1"):
        build_pets(str(copy))
