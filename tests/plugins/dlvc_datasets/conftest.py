"""A folder of photos, a copy of CIFAR-10, and a home without one: all made here."""

from __future__ import annotations

import pickle
import tarfile
from pathlib import Path

import pytest
from dlvc_datasets import cifar_copy
from dlvc_datasets.cifar_batches import BATCHES
from helpers.stand_ins import batch_content, fill


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return fill(
        tmp_path / "photos",
        *(f"train/{name}/{i}.jpg" for name in ("dog", "cat", "bird") for i in range(3)),
        *(f"val/{name}/{i}.jpg" for name in ("cat", "dog", "bird") for i in range(2)),
    )


@pytest.fixture(scope="session")
def batches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cifar") / cifar_copy.FOLDER
    folder.mkdir()
    for seed, name in enumerate(BATCHES):
        with (folder / name).open("wb") as file:
            pickle.dump(batch_content(seed), file, protocol=2)
    (folder / "batches.meta").write_bytes(b"not read")
    return folder


@pytest.fixture(scope="session")
def archive(batches: Path) -> Path:
    path = batches.parent / cifar_copy.ARCHIVE
    with tarfile.open(path, "w:gz") as members:
        members.add(batches, cifar_copy.FOLDER)
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and no network."""
    monkeypatch.setenv("DLVC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DLVC_CIFAR10_URL", "http://127.0.0.1:9/cifar.tar.gz")
    return tmp_path / "home" / "data"
