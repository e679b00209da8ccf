"""``dlvc runs``: listed, renamed, removed, packed."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

import dlvc_cli


@pytest.fixture
def dlvc(dlvc, trained):
    shutil.copytree(trained / "runs", dlvc.folder / "runs")
    return dlvc


def test_a_run_is_renamed_and_found_by_its_new_name(dlvc):
    assert "one is called first now" in dlvc("runs", "rename", "one", "first").stdout
    assert {row["name"] for row in dlvc.json("runs", "list")} == {"first", "two"}
    assert "accuracy" in dlvc("test", "first").stdout
    for name, why in (("two", "two"), ("a/b", "no name of a run"), (".x", "no name of a run")):
        assert why in dlvc("runs", "rename", "first", name, code=2).stderr
    assert {row["name"] for row in dlvc.json("runs", "list")} == {"first", "two"}


def test_runs_are_removed_if_all_are_there_and_it_is_meant(dlvc):
    assert "no run called 'thre'" in dlvc("runs", "remove", "one", "thre", "--yes", code=2).stderr
    assert "say --yes" in dlvc("runs", "remove", "one", code=2).stderr
    assert (dlvc.folder / "runs" / "one").exists()
    assert "one is removed" in dlvc("runs", "remove", "one", "--yes").stdout
    assert [path.name for path in (dlvc.folder / "runs").iterdir()] == ["two"]


def test_a_run_is_packed_without_checkpoints(dlvc):
    assert "Wrote one.zip" in dlvc("runs", "pack", "one").stdout
    with zipfile.ZipFile(dlvc.folder / "one.zip") as packed:
        names = {name.removeprefix("one/") for name in packed.namelist()}
        assert packed.testzip() is None
        packed.extractall(dlvc.folder / "handed in")
    assert {"run.json", "status.json", "metrics.jsonl", "best.safetensors", "loss.png"} <= names
    assert not any(name.endswith(".ckpt") or name.startswith(".") for name in names)
    assert "accuracy" in dlvc("test", "handed in/one").stdout
    dlvc("runs", "pack", "one", "--no-weights", "--out", "small.zip")
    assert (dlvc.folder / "small.zip").stat().st_size < 1_000_000
    assert "ends in .zip" in dlvc("runs", "pack", "one", "--out", "one.tar", code=2).stderr


def test_a_run_that_is_trained_is_left_alone(dlvc):
    from dlvc_cli.runs.directory import RunDir

    with RunDir(dlvc.folder / "runs" / "one").locked():
        for words in (("remove", "one", "--yes"), ("rename", "one", "other")):
            assert "being trained" in dlvc("runs", *words, code=1).stderr
    assert (dlvc.folder / "runs" / "one").exists()


def test_a_finished_run_keeps_one_checkpoint(trained, own_folder, few):
    assert not (trained / "runs" / "one" / "previous.ckpt").exists()
    run = dlvc_cli.train("cnn", data=few, epochs=2, view="quiet", threads=1)
    longer = dlvc_cli.train(resume=run, epochs=3, view="quiet")
    assert len(longer.metrics) == 3


def test_a_run_is_named_when_it_is_made(dlvc, few):
    dlvc("train", "cnn", "--data", few, "--epochs", "1", "--name", "mine", "--quiet")
    assert (dlvc.folder / "runs" / "mine" / "run.json").exists()
    words = ("train", "cnn", "--data", few, "--name")
    assert "not empty" in dlvc(*words, "mine", code=2).stderr
    assert "exclude each other" in dlvc(*words, "x", "--out", "y", code=2).stderr
    for other in ("--name", "--preset", "--out"):
        assert "goes with" in dlvc("train", "--resume", "runs/mine", other, "x", code=2).stderr


def test_a_run_is_named_from_python_too(own_folder, few):
    run = dlvc_cli.train("cnn", data=few, max_steps=1, name="mine", view="quiet")
    assert (run.name, run.path) == ("mine", Path("runs/mine"))
    with pytest.raises(dlvc_cli.UsageError, match="no name of a run"):
        dlvc_cli.train("cnn", name="a/b")
