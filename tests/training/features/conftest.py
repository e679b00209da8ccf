"""What tests of features work with: a folder, a cache and weights of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.frozen import count_features
from helpers.transfer import make_weights


@pytest.fixture(autouse=True)
def _weights(own_folder: None, tmp_path: Path) -> None:
    make_weights("cnn", tmp_path / "w.pth")


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many different images have gone through the frozen part, at each call."""
    return count_features(monkeypatch)
