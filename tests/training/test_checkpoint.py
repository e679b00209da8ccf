"""A run that was cut off goes on exactly, however it ended."""

from __future__ import annotations

import json
import signal
import time
from pathlib import Path

import pytest
import safetensors.torch
import torch
from helpers.folders import QUIET, make_folder

import dlvc_cli
from dlvc_cli.config.options import flag
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.training.checkpoint import load_checkpoint
from dlvc_cli.training.throttle import SaveClock

OPTIONS = {
    "aug": "flip,crop,erase", "wd": 1e-4, "batch_size": 16, "dropout": 0.2, "schedule": "cosine",
    "running_accuracy": True, "epochs": 6, "seed": 3,
}  # fmt: skip
# The same on the command line.
RECIPE = tuple(
    word
    for name, value in OPTIONS.items()
    for word in ((flag(name),) if value is True else (flag(name), str(value)))
)
TIMINGS = {"seconds", "images_per_s"}


@pytest.fixture
def images(tmp_path):
    return make_folder(tmp_path / "images", {"train": 60, "val": 10})


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


def test_a_run_killed_again_and_again_ends_as_one_that_never_was(dlvc, images):
    data = f"folder:{images}"
    whole = dlvc_cli.train("cnn", data=data, out=dlvc.folder / "whole", **OPTIONS, **QUIET)
    process = dlvc.start("train", "cnn", "--data", data, *RECIPE, "--out", "killed")
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
    assert_same_run(whole.path, killed)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_saves_and_says_how_to_go_on(dlvc, folder, number, code):
    # One step an epoch: the signal must count there too.
    words = ("--data", f"folder:{folder}", "--aug", "flip", "--epochs", "600", "--out", "stopped")
    process = dlvc.start("train", "cnn", *words)
    stopped = dlvc.folder / "stopped"
    wait_for(stopped / "metrics.jsonl", 120, 2)
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == code, stderr
    assert "--resume stopped" in stdout and "Traceback" not in stderr
    status = json.loads((stopped / "status.json").read_text())
    assert status["state"] == "stopped" and status["epoch"] < 60
    assert (stopped / "loss.png").stat().st_size > 1000
    done = status["epoch"] + 1
    dlvc_cli.train(resume=stopped, epochs=done, view="quiet")
    options = {"data": f"folder:{folder}", "aug": "flip", "epochs": done}
    whole = dlvc_cli.train("cnn", **options, out=dlvc.folder / "whole", **QUIET)
    assert_same_run(whole.path, stopped)


def test_a_run_cut_off_within_an_epoch_goes_on_at_its_step(images, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = {
        "data": f"folder:{images}", "aug": "flip,cutmix", "batch_size": 16, "dropout": 0.2,
        "optimizer": "adam", "schedule": "cosine", "running_accuracy": True, "epochs": 3,
        "threads": 1,
    }  # fmt: skip
    whole = dlvc_cli.train("cnn", **options, out="whole", view="quiet")

    class Cut(Exception):
        pass

    class Scissors:
        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

        def __call__(self, event):
            if event.name == "checkpoint_saved" and (event.epoch, event.step) == (2, 5):
                raise Cut

    monkeypatch.setattr(SaveClock, "due", lambda self, epoch_ended: True)
    with pytest.raises(Cut):
        dlvc_cli.train("cnn", **options, out="cut", view=Scissors())
    state = load_checkpoint(RunDir(Path("cut")))[0]["state"]
    assert (state["epoch"], state["step"]) == (1, 5)
    cut = dlvc_cli.train(resume="cut", view="quiet")
    assert_same_run(whole.path, cut.path)


def test_the_best_weights_are_those_of_the_checkpoint(images, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    options = {"data": f"folder:{images}", "batch_size": 16, "threads": 1, "view": "quiet"}
    run = dlvc_cli.train("cnn", **options, epochs=2, lr=0.02)
    best = run.status["best_acc"]
    # As if the process had been killed after the checkpoint and before the best weights.
    files = RunDir(run.path)
    state = load_checkpoint(files)[0]
    if state["state"]["best_epoch"] == 2:
        files.best_file.write_bytes(b"of another time")
    resumed = dlvc_cli.train(resume=run, epochs=3, view="quiet")
    assert resumed.test("val").accuracy == resumed.status["best_acc"] >= best


@pytest.mark.slow
def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(dlvc, images):
    words = ("train", "cnn", "--data", f"folder:{images}", *RECIPE)
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
    for name, epochs in (("long", 3), ("short", 1)):
        options = {"data": f"folder:{folder}", "aug": "flip", "epochs": epochs}
        dlvc_cli.train("cnn", **options, out=dlvc.folder / name, **QUIET)
    finished = dlvc("train", "--resume", "short", code=2)
    assert "finished" in finished.stderr and "--epochs" in finished.stderr
    refused = dlvc("train", "--resume", "short", "--lr", "0.2", code=2)
    assert "--lr" in refused.stderr
    dlvc_cli.train(resume=dlvc.folder / "short", epochs=3, view="quiet")
    assert_same_run(dlvc.folder / "long", dlvc.folder / "short")


@pytest.mark.slow
def test_a_resume_takes_the_number_of_threads_back(dlvc, folder):
    words = ("train", "cnn", "--data", f"folder:{folder}", "--quiet")
    dlvc(*words, "--epochs", "2", "--threads", "2", "--out", "whole", OMP_NUM_THREADS="2")
    dlvc(*words, "--epochs", "1", "--threads", "2", "--out", "part", OMP_NUM_THREADS="2")
    dlvc("train", "--resume", "part", "--epochs", "2", "--quiet", OMP_NUM_THREADS="1")
    assert_same_run(dlvc.folder / "whole", dlvc.folder / "part")


def test_other_images_are_refused_and_the_same_elsewhere_are_not(dlvc, folder, tmp_path):
    options = {"data": f"folder:{folder}", "epochs": 1, "out": dlvc.folder / "run"}
    dlvc_cli.train("cnn", **options, **QUIET)
    moved = tmp_path / "moved"
    folder.rename(moved)
    missing = dlvc("train", "--resume", "run", "--epochs", "2", code=1)
    assert str(folder) in missing.stderr and "--data" in missing.stderr
    dlvc_cli.train(resume=dlvc.folder / "run", epochs=2, data=f"folder:{moved}", view="quiet")
    (moved / "train" / "left" / "000.png").unlink()
    other = dlvc("train", "--resume", "run", "--epochs", "3", code=1)
    assert "not those that" in other.stderr


def test_two_processes_cannot_train_one_run(dlvc, images):
    words = ("train", "cnn", "--data", f"folder:{images}", *RECIPE)
    process = dlvc.start(*words, "--epochs", "600", "--out", "runs/busy")
    wait_for(dlvc.folder / "runs" / "busy" / "metrics.jsonl", 120, 1)
    refused = dlvc("train", "--resume", "busy", code=1)
    assert "another process" in refused.stderr
    assert dlvc.json("list", "runs")[0]["state"] == "running"
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert dlvc.json("list", "runs")[0]["state"] == "cut off"
