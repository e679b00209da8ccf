"""``--compile`` says where it can't be, and where it doesn't pay."""

from __future__ import annotations

import shutil

import pytest

import dlvc_cli

pytestmark = pytest.mark.slow

FEW = {"epochs": 1, "batch_size": 4, "lr": 0.01, "precision": "fp32", "device": "cpu"}


def test_without_a_compiler_a_sentence_says_so_and_nothing_is_left(dlvc, few) -> None:
    asked = ("train", "cnn", "--data", few, "--epochs", "1", "--device", "cpu", "--compile")
    failed = dlvc(*asked, code=2, PATH="/nowhere", CXX="").stderr
    assert "--compile: cnn can't be compiled here" in failed and "C++ compiler" in failed
    assert "fault in dlvc" not in failed
    assert not any((dlvc.folder / "runs").glob("*"))


@pytest.mark.skipif(shutil.which("g++") is None, reason="there is no C++ compiler here")
def test_a_compiled_training_is_the_same_and_says_that_it_took_longer(
    few, own_folder, capsys, monkeypatch
) -> None:
    plain = dlvc_cli.train("cnn", data=few, out="plain", view="quiet", **FEW)
    compiled = dlvc_cli.train("cnn", data=few, out="compiled", compile=True, **FEW)
    assert "without it, training is over sooner" in capsys.readouterr().err
    for mine, theirs in zip(compiled.metrics, plain.metrics, strict=True):
        assert mine["train_loss"] == pytest.approx(theirs["train_loss"], rel=1e-4)
        assert mine["val_loss"] == pytest.approx(theirs["val_loss"], rel=1e-3)
