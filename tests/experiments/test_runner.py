"""A study's runs through executors that lose workers, break, or find a run in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dlvc_cli import ExecutorSpec, Job
from dlvc_cli.events import Event, StudyEnded, StudyRun
from dlvc_cli.experiments import runner
from dlvc_cli.experiments.planned_runs import PlannedRun, plan_study
from dlvc_cli.experiments.runner import run_study
from dlvc_cli.experiments.study import Experiment, Study
from dlvc_cli.registry.offers import Choice, Offer, Plugin
from dlvc_cli.registry.registry import registry
from dlvc_cli.runs.directory import RunDir


@dataclass
class Handle:
    """Gives what ``codes`` yields, one each time that it is asked."""

    codes: Iterator[Any]
    stopped: int = 0

    def poll(self) -> Any:
        return next(self.codes)

    def stop(self) -> None:
        self.stopped += 1


@dataclass
class Fake:
    """Plays what is to become of each job: ``play(job, how many-eth start)`` yields codes."""

    play: Callable[[Job, int], Iterator[Any]]
    starts: list[str] = field(default_factory=list)
    handles: list[Handle] = field(default_factory=list)
    closed: int = 0

    def threads(self, jobs: int) -> int:
        return 3 if jobs == 1 else 1

    def submit(self, job: Job) -> Handle:
        self.starts.append(job.name)
        self.handles.append(Handle(self.play(job, self.starts.count(job.name))))
        return self.handles[-1]

    def close(self) -> None:
        self.closed += 1


def line(epoch: int) -> dict[str, Any]:
    return {"epoch": epoch, "train_loss": 0.5, "val_loss": 0.5, "val_acc": 0.5, "seconds": 1.0}


def trains(job: Job, epochs: int, state: str = "finished") -> None:
    """Leave behind what a training of so many epochs would."""
    run = RunDir(job.directory)
    run.path.mkdir(parents=True, exist_ok=True)
    run.write_record({"config": {}})
    run.write_metrics([line(epoch) for epoch in range(1, epochs + 1)])
    run.write_status({"state": state, "epoch": epochs, "epochs": epochs}, run.metrics())


def finishes(job: Job, start: int) -> Iterator[Any]:
    yield None
    trains(job, 2)
    while True:
        yield 0


@pytest.fixture
def planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[PlannedRun]:
    monkeypatch.setattr(runner, "_EVERY", 0)
    options = {"model": "cnn", "data": "toy-pets", "epochs": 2}
    experiments = tuple(Experiment(name=name, options=options) for name in ("a", "b"))
    return plan_study(registry(), Study(name="s", title="S", experiments=experiments), tmp_path, {})


def play(
    planned: list[PlannedRun], fake: Any, jobs: int = 1, stop: Callable[[], bool] = lambda: False
) -> list[Event]:
    spec = ExecutorSpec(name="fake", summary="Fake.", factory=lambda: fake)
    choice = Choice(Offer(spec, Plugin("made-up", "made-up", "1", False)), {})
    folder = planned[0].run.path.parent.parent
    return list(run_study("s", planned, folder, choice, jobs, stop))


def ends(events: list[Event]) -> dict[str, tuple[str, str | None]]:
    """How each run has ended, and why."""
    return {e.run: (e.state, e.reason) for e in events if isinstance(e, StudyRun)}


def test_runs_are_handed_over_with_what_they_need_and_the_executor_is_closed(planned):
    jobs: list[Job] = []
    fake = Fake(lambda job, start: jobs.append(job) or finishes(job, start))
    events = play(planned, fake)
    assert ends(events) == {"a": ("finished", None), "b": ("finished", None)}
    assert fake.starts == ["a", "b"] and fake.closed == 1
    assert {job.threads for job in jobs} == {3} and {job.folder for job in jobs} == {Path.cwd()}
    assert all(job.any_device and not job.gpus for job in jobs)
    assert isinstance(events[-1], StudyEnded) and events[-1].finished == 2
    # What is finished isn't handed over again.
    assert not ends(play(planned, fake)) and len(fake.starts) == 2


def test_a_lost_worker_is_made_up_for_as_long_as_there_is_progress(planned):
    def loses(job: Job, start: int) -> Iterator[Any]:
        if job.name == "a" and start <= 4:
            trains(job, min(start, 2), "running")
            yield from (None, -9)
        elif job.name == "b":
            # None of its starts gets anywhere.
            yield 143
        else:
            yield from finishes(job, start)

    fake = Fake(loses)
    events = play(planned, fake)
    assert ends(events)["a"] == ("finished", None) and fake.starts.count("a") == 5
    state, why = ends(events)["b"]
    assert state == "failed" and "exit code 143" in str(why) and fake.starts.count("b") == 3
    told = [e.reason for e in events if isinstance(e, StudyRun) and e.state == "waiting"]
    assert "it was killed, and goes on from its checkpoint" in told


def breaks(job: Job, start: int) -> Iterator[Any]:
    if job.name == "a":
        yield None
        raise ValueError("no answer")
    yield from finishes(job, start)


@pytest.mark.parametrize(
    ("plays", "says"),
    [
        (breaks, "fake of plugin made-up failed: ValueError: no answer"),
        (
            lambda job, start: iter(["x"]) if job.name == "a" else finishes(job, start),
            "fake of plugin made-up breaks the contract: poll() must give None or an exit code",
        ),
    ],
)
def test_an_executor_that_breaks_fails_one_run_by_name(planned, plays, says):
    fake = Fake(plays)
    events = play(planned, fake)
    state, why = ends(events)["a"]
    assert state == "failed" and str(why).startswith(says)
    assert fake.handles[0].stopped == 1, "it may still run"
    assert ends(events)["b"] == ("finished", None) and fake.closed == 1


def test_an_executor_that_takes_no_job_fails_each_by_name(planned):
    class Nothing(Fake):
        def submit(self, job: Job) -> Any:
            if job.name == "a":
                raise OSError("no room")

    fake = Nothing(finishes)
    found = ends(play(planned, fake))
    assert found["a"] == ("failed", "fake of plugin made-up failed: OSError: no room")
    assert "submit() must return an object with poll() and stop()" in str(found["b"][1])
    assert fake.closed == 1


def test_a_run_waits_that_another_process_trains(planned):
    """As where the study before this one was killed, and its last run is still saving."""
    first = planned[0].run
    first.path.mkdir(parents=True)
    busy = first.locked()
    busy.__enter__()

    def frees(job: Job, start: int) -> Iterator[Any]:
        assert job.name == "b" or not first.in_use()
        if job.name == "b":
            busy.__exit__(None, None, None)
        yield from finishes(job, start)

    fake = Fake(frees)
    events = play(planned, fake)
    assert fake.starts == ["b", "a"]
    assert {state for state, _ in ends(events).values()} == {"finished"}
    assert "another process is training it" in [e.reason for e in events if isinstance(e, StudyRun)]


def test_a_stop_is_handed_on_once_and_waited_for(planned):
    asked: list[int] = []

    def saves(job: Job, start: int) -> Iterator[Any]:
        yield None
        asked.append(1)
        yield from (None, None, 143)

    fake = Fake(saves)
    events = play(planned, fake, stop=lambda: bool(asked))
    assert {state for state, _ in ends(events).values()} == {"stopped"}
    assert fake.starts == ["a"] and fake.handles[0].stopped == 1 and fake.closed == 1


def test_what_is_under_way_saves_where_an_error_ends_the_study(planned):
    left = iter([None, None, None, 143])
    fake = Fake(lambda job, start: left)
    calls = []

    def stop() -> bool:
        calls.append(1)
        if len(calls) == 3:
            raise OSError("the disk is gone")
        return False

    with pytest.raises(OSError, match="the disk is gone"):
        play(planned, fake, stop=stop)
    assert fake.handles[0].stopped == 1 and fake.closed == 1
    assert next(left, "none") == "none", "it was waited for"
