"""The parts of a run: data sets and sizes."""

from __future__ import annotations

import pytest
from helpers.folders import QUIET, make_folder
from helpers.transfer import make_weights

import dlvc_cli as dlvc

pytestmark = pytest.mark.usefixtures("own_folder")


def test_the_input_is_the_weights_native_size(tmp_path, few):
    make_weights("squeezenet", tmp_path / "w.pth")
    run = dlvc.train(
        "squeezenet", data=few, weights="w.pth", feature_extract=True, max_steps=1, **QUIET
    )
    assert run.record["input"]["input_size"] == [224, 224]
    assert run.record["input"]["stored_size"] == [32, 32]
    wide = make_folder(tmp_path / "wide", {"train": 3, "val": 2}, (20, 40))
    run = dlvc.train("squeezenet", data=f"folder:{wide}", weights="w.pth", max_steps=1, **QUIET)
    assert run.record["input"]["input_size"] == [224, 448]
    scratch = dlvc.train("squeezenet", data=few, max_steps=1, **QUIET)
    assert scratch.record["input"]["input_size"] == [32, 32]


def train(dlvc, root, *words, code=0):
    more = ("--max-steps", "1", "--epochs", "1", *words)
    return dlvc("train", "cnn", "--data", f"folder:{root}", *more, code=code)


def test_a_missing_folder_is_said(dlvc):
    assert "nowhere" in train(dlvc, "nowhere", code=2).stderr
