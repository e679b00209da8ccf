"""A run that was cut off goes on exactly, however it ended."""

from __future__ import annotations

import json
import shutil
import signal
import time
from pathlib import Path

import pytest
import safetensors.torch
import torch
from conftest import make_folder

from dlvc_cli.rundir import RunDir
from dlvc_cli.training.checkpoint import load_checkpoint

RECIPE = (
    "--aug", "flip,crop,erase", "--wd", "1e-4", "--batch-size", "16", "--dropout", "0.2",
    "--schedule", "cosine", "--running-accuracy", "--epochs", "6", "--seed", "3",
)  # fmt: skip
TIMINGS = {"seconds", "images_per_s"}


@pytest.fixture
def pictures(tmp_path):
    return make_folder(tmp_path / "pictures", {"train": 60, "val": 10})


def metrics(run: Path) -> list[dict]:
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{key: line[key] for key in line if key not in TIMINGS} for line in lines]


def assert_same_run(one: Path, other: Path) -> None:
    assert metrics(one) == metrics(other)
    a, b = (safetensors.torch.load_file(run / "best.safetensors") for run in (one, other))
    assert a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)
    states = [load_checkpoint(RunDir(run))[0] for run in (one, other)]
    for part in ("network", "optimizer"):
        flat = [torch.utils._pytree.tree_flatten(state[part])[0] for state in states]
        pairs = list(zip(*flat, strict=True))
        assert pairs
        for x, y in pairs:
            assert torch.equal(x, y) if isinstance(x, torch.Tensor) else x == y


def wait_for(file: Path, seconds: float, lines: int = 0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if file.exists() and len(file.read_text().splitlines()) >= lines:
            return
        time.sleep(0.01)
    raise AssertionError(f"{file} did not appear")


def test_a_run_killed_again_and_again_ends_as_one_that_never_was(dlvc, pictures):
    words = ("train", "cnn", "--data", f"folder:{pictures}", *RECIPE)
    dlvc(*words, "--out", "whole", "--quiet")
    process = dlvc.start(*words, "--out", "killed")
    killed = dlvc.folder / "killed"
    # Killed before its first epoch ends, then in later ones, at whatever step it is.
    for lines in (0, 2, 4):
        wait_for(killed / ("metrics.jsonl" if lines else "run.json"), 120, lines)
        time.sleep(0.15)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert dlvc.json("list", "runs") == [], "runs elsewhere are not listed"
        process = dlvc.start("train", "--resume", "killed")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    assert_same_run(dlvc.folder / "whole", killed)


def test_an_interrupt_saves_and_says_how_to_go_on(dlvc, pictures):
    words = ("train", "cnn", "--data", f"folder:{pictures}", *RECIPE)
    dlvc(*words, "--out", "whole", "--quiet")
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        out = f"stopped-{code}"
        process = dlvc.start(*words, "--out", out, "--epochs", "600")
        wait_for(dlvc.folder / out / "metrics.jsonl", 120, 1)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=60)
        assert process.returncode == code, stderr
        assert f"--resume {out}" in stdout and "Traceback" not in stderr
        status = json.loads((dlvc.folder / out / "status.json").read_text())
        assert status["state"] == "stopped"
        assert (dlvc.folder / out / "loss.png").stat().st_size > 1000
    # The schedule depends on the number of epochs: back to what the whole run had.
    done = status["epoch"]
    if done <= 6:
        shutil.rmtree(dlvc.folder / "whole")
    dlvc("train", "--resume", out, "--epochs", str(done + 1), "--quiet")
    assert len(metrics(dlvc.folder / out)) == done + 1


def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(dlvc, pictures):
    words = ("train", "cnn", "--data", f"folder:{pictures}", *RECIPE)
    dlvc(*words, "--out", "whole", "--quiet")
    process = dlvc.start(*words, "--out", "hurt")
    hurt = dlvc.folder / "hurt"
    wait_for(hurt / "metrics.jsonl", 120, 4)
    process.send_signal(signal.SIGKILL)
    process.wait()
    last = hurt / "last.ckpt"
    last.write_bytes(last.read_bytes()[:-100])
    done = dlvc("train", "--resume", "hurt")
    assert "last.ckpt is damaged" in done.stderr
    assert_same_run(dlvc.folder / "whole", hurt)


def test_more_epochs_may_be_added_and_nothing_else_changed(dlvc, folder):
    words = ("--data", f"folder:{folder}", "--aug", "flip", "--quiet")
    dlvc("train", "cnn", *words, "--epochs", "3", "--out", "long")
    dlvc("train", "cnn", *words, "--epochs", "1", "--out", "short")
    finished = dlvc("train", "--resume", "short", code=2)
    assert "finished" in finished.stderr and "--epochs" in finished.stderr
    refused = dlvc("train", "--resume", "short", "--lr", "0.2", code=2)
    assert "--lr" in refused.stderr
    dlvc("train", "--resume", "short", "--epochs", "3", "--quiet")
    assert_same_run(dlvc.folder / "long", dlvc.folder / "short")


def test_a_resume_takes_the_number_of_threads_back(dlvc, folder):
    words = ("train", "cnn", "--data", f"folder:{folder}", "--quiet")
    dlvc(*words, "--epochs", "2", "--threads", "2", "--out", "whole", OMP_NUM_THREADS="2")
    dlvc(*words, "--epochs", "1", "--threads", "2", "--out", "part", OMP_NUM_THREADS="2")
    dlvc("train", "--resume", "part", "--epochs", "2", "--quiet", OMP_NUM_THREADS="1")
    assert_same_run(dlvc.folder / "whole", dlvc.folder / "part")


def test_other_pictures_are_refused_and_the_same_elsewhere_are_not(dlvc, folder, tmp_path):
    dlvc("train", "cnn", "--data", f"folder:{folder}", "--epochs", "1", "--out", "run", "--quiet")
    moved = tmp_path / "moved"
    folder.rename(moved)
    missing = dlvc("train", "--resume", "run", "--epochs", "2", code=1)
    assert str(folder) in missing.stderr and "--data" in missing.stderr
    dlvc("train", "--resume", "run", "--epochs", "2", "--data", f"folder:{moved}", "--quiet")
    (moved / "train" / "left" / "000.png").unlink()
    other = dlvc("train", "--resume", "run", "--epochs", "3", code=1)
    assert "not those that" in other.stderr


def test_two_processes_cannot_train_one_run(dlvc, pictures):
    words = ("train", "cnn", "--data", f"folder:{pictures}", *RECIPE)
    process = dlvc.start(*words, "--epochs", "600", "--out", "runs/busy")
    wait_for(dlvc.folder / "runs" / "busy" / "metrics.jsonl", 120, 1)
    refused = dlvc("train", "--resume", "busy", code=1)
    assert "another process" in refused.stderr
    assert dlvc.json("list", "runs")[0]["state"] == "running"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert dlvc.json("list", "runs")[0]["state"] == "cut off"
