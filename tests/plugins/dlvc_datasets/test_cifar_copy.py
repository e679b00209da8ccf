"""Where a copy of CIFAR-10 is looked for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from dlvc_datasets import cifar_copy
from dlvc_datasets.cifar10 import build_pets


def test_available_only_with_a_copy(batches: Path, home: Path) -> None:
    assert not cifar_copy.available()
    shutil.copytree(batches, home / cifar_copy.FOLDER)
    assert cifar_copy.available()
    assert build_pets().classes == ("cat", "dog")


def test_data_folder_is_the_users_where_none_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DLVC_HOME", raising=False)
    assert cifar_copy.data_folder().is_absolute()
    assert cifar_copy.data_folder().parts[-2:] == ("dlvc", "data")
