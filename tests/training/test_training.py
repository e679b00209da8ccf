"""A run in two processes: they share each batch, agree on all else, and one of them writes."""

from __future__ import annotations

import json
import math
import threading
from collections import defaultdict
from pathlib import Path

import pytest
import safetensors.torch
import torch
from helpers.processes import StopAfter, in_processes
from platformdirs import user_cache_path

from dlvc_cli.api.job import Job, plan_job
from dlvc_cli.events import Event
from dlvc_cli.training import loop, new_run, resumed_run, start_up
from dlvc_cli.training.seeds import Seeds
from dlvc_cli.training.state import batch_bounds

EPOCHS, BATCH = 2, 25
BOUNDS = batch_bounds(80, BATCH)
TIMINGS = {"seconds", "images_per_s"}
# Rounding, of sums of shards and of convolutions on fewer images.
TOLERANCE = 1e-5


@pytest.fixture
def options(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return {
        "model": "cnn", "data": f"folder:{folder}", "aug": "flip,crop", "lr": 0.02, "threads": 1,
        "batch_size": BATCH, "epochs": EPOCHS, "running_accuracy": True, "clip_grad": 1.0,
        "device": "cpu",
    }  # fmt: skip


class Spied:
    """Runs jobs in threads that play processes.

    Attributes:
        ids: rows of each training batch that a process was asked for, by rank.
        written: names of files that it opened for writing, made or renamed, by rank.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ids: dict[int, list[list[int]]] = defaultdict(list)
        self.written: dict[int, set[str]] = defaultdict(set)
        self._here = threading.local()
        for name in ("open", "mkdir", "replace"):
            monkeypatch.setattr(Path, name, self._spy(getattr(Path, name)))
        monkeypatch.setattr(start_up, "train", self._train)
        for module in (new_run, resumed_run):
            monkeypatch.setattr(module, "join_processes", lambda config, held: self._here.runtime)

    def run(self, job: Job, world: int = 2, stop_of_rank_1: float = math.inf) -> list[list[Event]]:
        """Run a job in so many processes; return their events, by rank."""

        def work(runtime):
            self._here.runtime = runtime
            stop = StopAfter(stop_of_rank_1 if runtime.rank == 1 else math.inf)
            return list(start_up.run_training(job.plan, job.run, job.out, (), stop))

        return in_processes(world, work)

    def _spy(self, method):
        def spied(path, *args, **keywords):
            mode = args[0] if args else keywords.get("mode", "r")
            reads = method.__name__ == "open" and not set("wax+") & set(mode)
            runtime = getattr(self._here, "runtime", None)
            # What is kept for later runs may be written by any, whole or not at all.
            kept = user_cache_path("dlvc") in (path, *path.parents)
            if runtime is not None and not reads and not kept:
                self.written[runtime.rank].add(path.name)
            return method(path, *args, **keywords)

        return spied

    def _train(self, session, stop):
        runtime, training = session.runtime, session.forward.training

        def noted(rows, epoch, part):
            self.ids[runtime.rank].append(rows[part].tolist())
            return training(rows, epoch, part)

        def average(parameter):
            parameter.grad = runtime.average(parameter.grad)

        session.forward.training = noted
        # As DistributedDataParallel does.
        for parameter in session.network.parameters():
            parameter.register_post_accumulate_grad_hook(average)
        return loop.train(session, stop)


@pytest.fixture
def spied(monkeypatch):
    return Spied(monkeypatch)


def metrics(run: Path) -> list[dict]:
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{key: line[key] for key in line if key not in TIMINGS} for line in lines]


def assert_same_to_rounding(run: Path, other: Path) -> None:
    for mine, theirs in zip(metrics(run), metrics(other), strict=True):
        for key in ("epoch", "lr", "train_loss", "train_loss_std", "val_loss"):
            assert mine[key] == pytest.approx(theirs[key], rel=0, abs=TOLERANCE)
    a, b = (safetensors.torch.load_file(path / "best.safetensors") for path in (run, other))
    torch.testing.assert_close(a, b, rtol=0, atol=TOLERANCE)


def test_two_processes_train_the_run_of_one(options, spied):
    spied.run(plan_job(options, out=Path("one")), world=1)
    spied.ids.clear()
    spied.written.clear()
    events = spied.run(plan_job(options))
    # The name was free when the first asked, and the second did not ask.
    assert [found[-1].run for found in events] == ["runs/cnn-images-1"] * 2
    run = Path(events[0][-1].run)

    batches = list(zip(spied.ids[0], spied.ids[1], strict=True))
    for epoch in range(EPOCHS):
        generator = torch.Generator().manual_seed(Seeds(0).order(epoch))
        order = torch.randperm(80, generator=generator).tolist()
        for start, stop in BOUNDS:
            first, second = batches.pop(0)
            assert first + second == order[start:stop], "together they are the batch, once"
            assert abs(len(first) - len(second)) <= 1
    assert not batches

    done = [[e.metrics for e in found if e.name == "epoch_done"] for found in events]
    known = [[{k: line[k] for k in line if k not in TIMINGS} for line in lines] for lines in done]
    assert known[0] == known[1] == metrics(run), "both know the figures"
    assert_same_to_rounding(run, Path("one"))
    assert spied.written.keys() == {0}, "one writes"
    assert {"runs", "cnn-images-1", "metrics.jsonl"} <= spied.written[0]
    assert json.loads((run / "status.json").read_text())["state"] == "finished"


@pytest.mark.parametrize("more", [{}, {"ema": 0.8, "tta": "flip", "running_accuracy": False}])
def test_if_one_is_asked_to_stop_both_do_and_both_go_on(options, spied, more):
    options |= more
    spied.run(plan_job(options, out=Path("one")), world=1)
    spied.ids.clear()
    spied.written.clear()
    events = spied.run(plan_job(options, out=Path("two")), stop_of_rank_1=len(BOUNDS) + 2)
    assert [found[-1].state for found in events] == ["stopped"] * 2
    steps = len(spied.ids[0])
    assert len(BOUNDS) < steps < 2 * len(BOUNDS), "within the second epoch"
    assert steps == len(spied.ids[1])
    spied.run(plan_job({}, resume="two"))
    assert len(spied.ids[0]) == len(spied.ids[1]) == EPOCHS * len(BOUNDS)
    assert_same_to_rounding(Path("two"), Path("one"))
    assert spied.written.keys() == {0}


def test_a_run_goes_on_in_another_number_of_processes(options, spied):
    spied.run(plan_job(options, out=Path("one")), world=1)
    spied.run(plan_job(options, out=Path("many")), world=3, stop_of_rank_1=len(BOUNDS) + 2)
    spied.run(plan_job({}, resume="many"), world=1)
    assert_same_to_rounding(Path("many"), Path("one"))
