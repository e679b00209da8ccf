"""A run that was cut off goes on exactly, however it ended."""

from __future__ import annotations

import io
import json
import shutil
import signal
import time
from collections import deque
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from helpers.folders import QUIET, make_folder
from helpers.offered import offer

import dlvc_cli
from dlvc_cli import (
    DlvcError,
    LearningRates,
    OptimizerSpec,
    PluginError,
    RunError,
    ScheduleSpec,
)
from dlvc_cli.config.options import flag
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.training import checkpoint
from dlvc_cli.training.checkpoint import load_checkpoint
from dlvc_cli.training.session import Session
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


class Cut(BaseException):
    """Ends a run as if it had been killed."""


def cut_off(monkeypatch, epoch: int, step: int, **options) -> dlvc_cli.Run:
    """Train, saving after every step, and end right after the checkpoint at a step."""
    save = Session.save

    def save_and_cut(session):
        save(session)
        if (session.state.epoch, session.state.step) == (epoch, step):
            raise Cut

    with monkeypatch.context() as patched, pytest.raises(Cut):
        patched.setattr(Session, "save", save_and_cut)
        patched.setattr(SaveClock, "due", lambda self, epoch_ended: True)
        dlvc_cli.train("cnn", **options, **QUIET)
    return dlvc_cli.load_run(options["out"])


class Pacing(torch.optim.SGD):
    """Slows down by numbers of NumPy, which it keeps in its state and its groups."""

    def step(self, closure=None):
        for group in self.param_groups:
            group["pace"] = np.float32(group.get("pace", 1)) * np.float32(0.97)
            group["lr"] = group["lr"] * group["pace"]
            for parameter in group["params"]:
                kept = self.state[parameter]
                kept["size"] = np.float64(parameter.detach().norm())
        super().step(closure)


@pytest.fixture
def numpy_plugin(monkeypatch):
    rates = LearningRates(scratch=0.05, finetune=0.05, descent=0.05)
    spec = OptimizerSpec(name="pacing", summary="Slows.", factory=Pacing, learning_rates=rates)
    offer(monkeypatch, spec)

    def falling():
        return lambda progress: np.float64(0.9) ** np.float32(progress.epoch)

    offer(monkeypatch, ScheduleSpec(name="falling", summary="Falls.", factory=falling))


def test_numbers_of_numpy_in_states_and_schedules_go_on_exactly(
    few, own_folder, numpy_plugin, monkeypatch
):
    options = {
        "data": few, "batch_size": 3, "epochs": 3, "optimizer": "pacing", "schedule": "falling",
        "lr": 0.05,
    }  # fmt: skip
    whole = dlvc_cli.train("cnn", **options, out="whole", **QUIET)
    cut_off(monkeypatch, 1, 2, **options, out="cut")
    resumed = dlvc_cli.train(resume="cut", view="quiet")
    assert_same_run(whole.path, resumed.path)


def test_a_state_that_cannot_be_saved_ends_training_after_its_first_step(
    few, own_folder, monkeypatch
):
    class Remembering(torch.optim.SGD):
        steps = 0

        def step(self, closure=None):
            super().step(closure)
            Remembering.steps += 1
            self.state[self.param_groups[0]["params"][0]]["past"] = deque([1])

    rates = LearningRates(scratch=0.05, finetune=0.05, descent=0.05)
    factory = Remembering
    offer(
        monkeypatch,
        OptimizerSpec(name="deep", summary="Deep.", factory=factory, learning_rates=rates),
    )
    options = {"data": few, "batch_size": 2, "optimizer": "deep", "epochs": 5, "out": "failed"}
    with pytest.raises(PluginError, match=r"optimizer deep of plugin made-up has a .*deque"):
        dlvc_cli.train("cnn", **options, **QUIET)
    assert Remembering.steps == 1
    assert dlvc_cli.load_run("failed").status["state"] == "failed"


def test_a_checkpoint_that_is_not_on_disk_what_it_was_is_said(few, own_folder, monkeypatch):
    run = dlvc_cli.train("cnn", data=few, epochs=1, **QUIET)
    before = (run.path / "last.ckpt").read_bytes()
    # A disk that loses the end of what it is given.
    monkeypatch.setattr(
        checkpoint, "open_regular", lambda path: io.BytesIO(Path(path).read_bytes()[:-64])
    )
    with pytest.raises(RunError, match=r"last\.ckpt could not be read back"):
        checkpoint.save_checkpoint(RunDir(run.path), {"network": {}, "state": torch.zeros(99)})
    assert (run.path / "last.ckpt").read_bytes() == before
    assert not list(run.path.glob(".*.tmp"))


def spoil(run: Path, how: str, other: Path) -> None:
    last, previous = run / "last.ckpt", run / "previous.ckpt"
    if how == "missing":
        last.unlink()
        previous.unlink(missing_ok=True)
    elif how == "another's":
        previous.unlink(missing_ok=True)
        shutil.copy(other / "last.ckpt", last)
    else:
        for file in (last, previous):
            if file.exists():
                content = bytearray(file.read_bytes())
                content[len(content) // 2] ^= 1
                file.write_bytes({"flipped": bytes(content), "empty": b""}[how])


def test_a_resume_never_begins_anew_by_itself(few, own_folder, tmp_path):
    options = {"data": few, "epochs": 2, **QUIET}
    run = dlvc_cli.train("cnn", **options, out="runs/one")
    other = dlvc_cli.train("cnn", **options, out="runs/two")
    for how, said in (
        ("missing", "are missing"),
        ("flipped", r"last\.ckpt is damaged"),
        ("empty", r"last\.ckpt is damaged"),
        ("another's", "that of another run"),
    ):
        hurt = Path(shutil.copytree(run.path, tmp_path / f"hurt {how}"))
        spoil(hurt, how, other.path)
        before = {file.name: file.read_bytes() for file in hurt.glob("[!.]*")}
        with pytest.raises(RunError, match=said) as error:
            dlvc_cli.train(resume=hurt, epochs=4, view="quiet")
        assert "2 finished epochs" in str(error.value) and "--weights" in str(error.value)
        assert {file.name: file.read_bytes() for file in hurt.glob("[!.]*")} == before
    # As it says: the best network is a start still.
    dlvc_cli.train("cnn", data=few, weights=hurt, max_steps=1, **QUIET)


def changed_checkpoint(run: Path, **state: object) -> None:
    """Write a checkpoint with other values in its state, and a checksum that agrees."""
    files = RunDir(run)
    found = load_checkpoint(files)[0]
    checkpoint.save_checkpoint(files, found | {"state": found["state"] | state})


@pytest.mark.parametrize(
    "state",
    [
        {"step": 10**6},
        {"step": -1},
        {"epoch": -1},
        {"epoch": "1"},
        {"losses": torch.zeros(2, 3)},
        {"losses": None},
        {"best_epoch": 9},
        {"more": 1},
        {"epoch": 3, "best_epoch": 3},
    ],
)
def test_a_state_that_cannot_be_is_said(few, own_folder, state):
    run = dlvc_cli.train("cnn", data=few, epochs=1, **QUIET)
    changed_checkpoint(run.path, **state)
    said = "already" if state.get("epoch") == 3 else "does not fit"
    with pytest.raises(DlvcError, match=said):
        dlvc_cli.train(resume=run, epochs=2, view="quiet")


def test_what_is_monitored_is_gone_on_with(few, own_folder):
    options = {"data": few, "monitor": "log_loss", "lr": 0.02, **QUIET}
    whole = dlvc_cli.train("cnn", epochs=4, out="whole", **options)
    run = dlvc_cli.train("cnn", epochs=2, out="cut", **options)
    # Whatever the accuracy: a value that none can beat stays the best.
    state = load_checkpoint(RunDir(run.path))[0]["state"]
    assert state["best_value"] == run.metrics[state["best_epoch"] - 1]["val_log_loss"]
    dlvc_cli.train(resume=run, epochs=4, view="quiet")
    assert_same_run(whole.path, run.path)
    assert run.status["best_epoch"] == whole.status["best_epoch"]
    changed_checkpoint(run.path, best_value=0.0)
    resumed = dlvc_cli.train(resume=run, epochs=5, view="quiet")
    assert resumed.metrics[-1]["best"] is False


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


def test_a_damaged_checkpoint_is_passed_over_for_the_one_before(dlvc, few, monkeypatch):
    options = {"data": few, "epochs": 3, "aug": "flip", "batch_size": 2}
    whole = dlvc_cli.train("cnn", **options, out=dlvc.folder / "whole", **QUIET)
    hurt = cut_off(monkeypatch, 1, 3, **options, out=dlvc.folder / "hurt")
    last = hurt.path / "last.ckpt"
    last.write_bytes(last.read_bytes()[:-100])
    done = dlvc("train", "--resume", "hurt")
    assert "last.ckpt is damaged" in done.stderr
    assert_same_run(whole.path, hurt.path)


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
