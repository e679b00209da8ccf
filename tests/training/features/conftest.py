"""What tests of features work with: a folder, a cache and weights of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.transfer import make_weights
from torch import Tensor

from dlvc_cli.training.network.freezing import Learning


@pytest.fixture(autouse=True)
def _weights(own_folder: None, tmp_path: Path) -> None:
    make_weights("cnn", tmp_path / "w.pth")


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many different images have gone through the frozen part, at each call."""
    counts: list[int] = []
    features = Learning.features

    def count(self: Learning, inputs: Tensor) -> Tensor:
        counts.append(len(inputs.unique(dim=0)))
        return features(self, inputs)

    monkeypatch.setattr(Learning, "features", count)
    return counts
