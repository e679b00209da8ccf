"""Runs in processes that meet by ``torch.distributed``: equal, exact to resume, never hanging."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
import torch
from helpers.ranks import Ranks
from torch.distributed import HashStore

from dlvc_cli.config.place import Place
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption, DataError, LostProcess
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.runs.predictions import read_predictions
from dlvc_cli.training import processes
from dlvc_cli.training.checkpoint import load_checkpoint
from dlvc_cli.training.members import Members
from dlvc_cli.training.processes import ProcessRuntime, join_processes
from dlvc_cli.training.throttle import LateAnswers

# Relative, of sums of shards and of convolutions on fewer images, over 20 steps.
TOLERANCE = 1e-5
# 27 steps; of four processes, one has no row of a batch.
MIXED = ("--batch-size", "3", "--aug", "flip,crop,cutmix", "--dropout", "0.3", "--lr", "0.01")
TIMINGS = {"seconds", "images_per_s"}


@pytest.fixture
def ranks(dlvc):
    found = Ranks(dlvc.folder, dlvc.environment)
    yield found
    found.close()


def losses(run):
    """The losses of the steps of the last epoch, float32 (steps,)."""
    checkpoint, problems = load_checkpoint(RunDir(run))
    assert not problems
    return checkpoint["state"]["losses"]


def metrics(run):
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def wait_for(path, seconds=60.0):
    until = time.monotonic() + seconds
    while not (path.exists() and path.stat().st_size):
        assert time.monotonic() < until, f"no {path}"
        time.sleep(0.05)


def train_of(folder):
    return ("train", "cnn", "--data", f"folder:{folder}", "--device", "cpu", *MIXED)


def assert_same(run, one, steps=20):
    """Two runs of one epoch have the same losses, figures and predictions, to rounding."""
    torch.testing.assert_close(losses(run)[:steps], losses(one)[:steps], rtol=TOLERANCE, atol=0)
    mine, theirs = metrics(run)[0], metrics(one)[0]
    for key in theirs.keys() - TIMINGS:
        assert mine[key] == pytest.approx(theirs[key], rel=1e-4), key
    # A split's images count once each, in their order.
    mine, theirs = (
        read_predictions(path / "predictions.safetensors", RunDir(path).record()["id"])
        for path in (run, one)
    )
    assert (mine.targets == theirs.targets).all() and mine.images == theirs.images
    assert mine.probabilities == pytest.approx(theirs.probabilities, abs=1e-4)


def test_two_processes_train_as_one_and_one_of_them_speaks(dlvc, ranks, folder):
    train = (*train_of(folder), "--epochs", "1", "--max-steps", "20")
    dlvc(*train, "--out", "one", "--threads", "1", "--quiet")
    first, other = ranks(2, *train, "--out", "two")
    assert "val acc" in first.stderr and "Finished" in first.stderr and "Next:" in first.stdout
    assert (other.stdout, other.stderr) == ("", "")
    assert_same(dlvc.folder / "two", dlvc.folder / "one")
    assert json.loads((dlvc.folder / "two" / "run.json").read_text())["processes"] == 2


@pytest.mark.slow
def test_four_processes_train_as_one_and_another_number_goes_on(dlvc, ranks, folder):
    train = train_of(folder)
    dlvc(*train, "--epochs", "2", "--out", "one", "--threads", "1", "--quiet")
    dlvc(*train, "--epochs", "1", "--out", "short", "--threads", "1", "--quiet")
    ranks(4, *train, "--epochs", "1", "--out", "four")
    assert_same(dlvc.folder / "four", dlvc.folder / "short")
    ranks(3, "train", "--resume", "four", "--epochs", "2")
    for mine, theirs in zip(
        metrics(dlvc.folder / "four"), metrics(dlvc.folder / "one"), strict=True
    ):
        assert mine["train_loss"] == pytest.approx(theirs["train_loss"], rel=1e-3)
        assert mine["val_loss"] == pytest.approx(theirs["val_loss"], rel=1e-3)
    assert json.loads((dlvc.folder / "four" / "run.json").read_text())["processes"] == 3


def test_of_a_machine_s_processes_the_first_decodes_and_the_others_wait(dlvc, ranks, folder):
    first, _ = ranks(
        2, *train_of(folder), "--epochs", "1", "--max-steps", "2", "--out", "two", "--json"
    )
    events = [json.loads(line) for line in first.stdout.splitlines()]
    progress = [event for event in events if event["event"] == "data_progress"]
    assert {event["split"] for event in progress} == {"train", "val"}
    assert "Another process" not in first.stdout + first.stderr


def started(ranks, dlvc, folder, name, world=2):
    """Start a long run, and return its folder once an epoch is done."""
    run = dlvc.folder / name
    ranks.start(world, *train_of(folder), "--epochs", "500", "--out", name)
    wait_for(run / "metrics.jsonl")
    return run


def test_where_a_process_is_killed_the_others_save_and_say_so(dlvc, ranks, folder):
    run = started(ranks, dlvc, folder, "killed")
    os.kill(ranks.pids[1], signal.SIGKILL)
    begun = time.monotonic()
    first, second = ranks.wait()
    assert time.monotonic() - begun < 60
    assert (first.code, second.code) == (1, -signal.SIGKILL)
    assert "error: Process 2 of 2" in first.stderr and "has ended without a word" in first.stderr
    assert "All but the step under way is saved" in first.stderr
    assert "dlvc train --resume killed" in first.stderr and "Traceback" not in first.stderr
    status = json.loads((run / "status.json").read_text())
    assert status["state"] == "failed" and "Process 2 of 2" in status["reason"]
    done = status["epoch"]
    dlvc("train", "--resume", "killed", "--epochs", done + 1, "--quiet")
    assert len(metrics(run)) == done + 1


@pytest.mark.slow
def test_where_the_first_is_killed_another_saves_and_speaks(dlvc, ranks, folder):
    run = started(ranks, dlvc, folder, "headless", world=3)
    os.kill(ranks.pids[0], signal.SIGKILL)
    _, *others = ranks.wait()
    assert [one.code for one in others] == [1, 1]
    said = [one.stderr for one in others if one.stderr]
    assert len(said) == 1 and "error: Process 1 of 3" in said[0]
    assert "All but the step under way is saved" in said[0]
    assert load_checkpoint(RunDir(run))[0]["run"] == RunDir(run).record()["id"]
    status = json.loads((run / "status.json").read_text())
    assert status["state"] == "failed" and "Process 1 of 3" in status["reason"]
    assert status["epoch"] == len(metrics(run)) and not RunDir(run).damage()
    assert not list(run.glob(".*.tmp"))
    dlvc("train", "--resume", "headless", "--epochs", status["epoch"] + 1, "--quiet")


def test_a_signal_to_one_saves_and_ends_all(dlvc, ranks, folder):
    run = started(ranks, dlvc, folder, "stopped")
    os.kill(ranks.pids[1], signal.SIGTERM)
    # As torchrun sends it again.
    os.kill(ranks.pids[1], signal.SIGTERM)
    ended = ranks.wait()
    assert [one.code for one in ended] == [128 + signal.SIGTERM] * 2
    assert (ended[1].stdout, ended[1].stderr) == ("", "")
    assert "Stopped" in ended[0].stderr
    assert json.loads((run / "status.json").read_text())["state"] == "stopped"
    assert load_checkpoint(RunDir(run))[0] is not None
    assert (run / "loss.png").exists()


def test_what_all_find_wrong_is_said_once(dlvc, ranks, folder):
    (folder / "train" / "left" / "broken.jpg").write_bytes(b"no image")
    ranks.start(2, "train", "cnn", "--data", f"folder:{folder}", "--device", "cpu")
    first, second = ranks.wait()
    assert first.code == second.code == 1
    assert first.stderr.count("broken.jpg") == 1 and "Traceback" not in first.stderr
    assert not (dlvc.folder / "runs").exists()
    assert second.stderr == ""


def test_what_ends_one_before_they_meet_ends_the_others_and_is_said_once(
    dlvc, ranks, folder, tmp_path
):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    words = ("train", "cnn", "--data", f"folder:{folder.name}", "--device", "cpu")
    begun = time.monotonic()
    ranks.start(2, *words, folders=[folder.parent, elsewhere])
    first, second = ranks.wait()
    assert time.monotonic() - begun < 60
    assert (first.code, second.code) == (1, 2)
    said = first.stderr + second.stderr
    assert said.count("There is no folder") == 1 and "rocess 2 of 2" in said
    assert not (folder.parent / "runs").exists()


def test_a_wrong_option_is_said_once(ranks):
    ranks.start(2, "train", "cnn", "--bogus")
    first, second = ranks.wait()
    assert (first.code, second.code, second.stderr) == (2, 2, "")
    assert first.stderr.count("--bogus") == 1


@pytest.mark.slow
def test_torchrun_starts_a_run_anew_where_a_process_is_killed(dlvc, folder):
    command = [
        sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2",
        "--max-restarts=1", "-m", "dlvc_cli", *train_of(folder), "--epochs", "4",
    ]  # fmt: skip
    agent = subprocess.Popen(
        command, cwd=dlvc.folder, env=dlvc.environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    dlvc.started.append(agent)
    run = dlvc.folder / "runs" / "cnn-images-1"
    wait_for(run / "metrics.jsonl")
    children = Path(f"/proc/{agent.pid}/task/{agent.pid}/children").read_text().split()
    second = next(
        pid for pid in children if b"\0RANK=1\0" in Path(f"/proc/{pid}/environ").read_bytes()
    )
    os.kill(int(second), signal.SIGKILL)
    output, _ = agent.communicate(timeout=200)
    assert agent.returncode == 0, output
    assert "Going on with cnn-images-1" in output
    assert [line["epoch"] for line in metrics(run)] == [1, 2, 3, 4]
    assert [path.name for path in run.parent.iterdir()] == ["cnn-images-1"]


def test_an_error_is_blamed_on_the_process_that_ended():
    store = HashStore()
    one, other = (Members(store, store, rank, 2, interval=0.02) for rank in range(2))
    device = torch.device("cpu")
    runtime = ProcessRuntime(
        device, "fp32", 1, 0, 2, members=one, late=LateAnswers(device), rescues=[]
    )
    assert runtime.lost(DataError("An image of its own.")) is None
    assert runtime.lost(ValueError("A fault of its own.")) is None
    assert runtime.heir() == 0
    one.watch(lambda: None)
    broken = RuntimeError("Connection closed by peer")
    lost = runtime.lost(broken)
    assert isinstance(lost, LostProcess) and "ended without a word" in str(lost)
    other.leave_word("The disk is full.", 3)
    lost = runtime.lost(broken)
    assert "failed: The disk is full." in str(lost) and lost.exit_code == 3
    one.leave()


@pytest.mark.parametrize(
    ("options", "gpus", "says"),
    [
        ({"device": "cuda:1"}, 2, "each takes a GPU"),
        ({"device": "mps"}, 0, "CPUs or on CUDA"),
        ({"device": "auto"}, 1, "--nproc-per-node=1"),
        ({"device": "cpu", "sync_bn": True}, 0, "--sync-bn needs GPUs"),
    ],
)
def test_what_several_processes_cannot_have_is_refused_before_they_meet(
    options, gpus, says, monkeypatch
):
    meeting = {"RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "localhost", "MASTER_PORT": "1"}
    for name, value in meeting.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    with pytest.raises(BadOption, match=says):
        join_processes(TrainConfig(model="cnn", **options), ExitStack())


def test_each_process_has_a_gpu_and_a_share_of_the_cores(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(9)), raising=False)
    places = [Place(True, rank, 4, rank % 2, 2) for rank in range(4)]
    assert [processes._device("auto", place) for place in places] == ["cuda:0", "cuda:1"] * 2
    assert [processes._device("cpu", place) for place in places] == ["cpu"] * 4
    assert {processes._share(place) for place in places} == {4}
