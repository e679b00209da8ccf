"""What the tests of frozen features share: runs that train the head alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from torch import Tensor

import dlvc_cli as dlvc
from dlvc_cli.training.network.freezing import Learning
from helpers.folders import QUIET

TRIED = 4
"""Images of noise that go through the frozen part before training."""


def train(folder: Path, model: str = "cnn", **options: Any) -> dlvc.Run:
    """A frozen run; 80 images to train on, 26 to validate on."""
    usual = {"image_size": 32, "epochs": 3, "batch_size": 32, "normalize": "none"}
    # What auto chooses on a CPU is measured, in further calls of the frozen part.
    options = usual | {"precision": "fp32"} | QUIET | options
    return dlvc.train(
        model, data=f"folder:{folder}", weights="w.pth", feature_extract=True, **options
    )


def count_features(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many different images go through the frozen part from now on, at each call."""
    counts: list[int] = []
    features = Learning.features

    def count(self: Learning, inputs: Tensor) -> Tensor:
        counts.append(len(inputs.unique(dim=0)))
        return features(self, inputs)

    monkeypatch.setattr(Learning, "features", count)
    return counts
