"""Runs what isn't finished of a study, through an executor, yielding events."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlvc_cli.contract.executors import Executor, Job, RunningJob
from dlvc_cli.errors import RunError
from dlvc_cli.events import Event, StudyEnded, StudyRun, StudyStarted
from dlvc_cli.experiments.cost import Cost, Kind, threads_of
from dlvc_cli.experiments.planned_runs import PlannedRun
from dlvc_cli.experiments.remaining import Remaining
from dlvc_cli.files import read_json, write_json
from dlvc_cli.runs.best import summed_up

__all__ = ["run_study"]

_EVERY = 0.5  # seconds between two looks at runs under way
# So often is a run begun again whose process was killed from outside.
_TRIES = 3


@dataclass
class _Task:
    """A run that isn't finished, on its way."""

    planned: PlannedRun
    job: Job
    handle: RunningJob | None = None
    tries: int = 0
    state: str = "waiting"
    reason: str | None = None
    shown: tuple[Any, ...] = field(default_factory=tuple)

    @property
    def over(self) -> bool:
        return self.state not in ("waiting", "running")

    @property
    def features(self) -> tuple[Any, ...] | None:
        """What it has in common with runs that share a frozen network's features."""
        return self.planned.config.features_of


def run_study(
    name: str,
    planned: Sequence[PlannedRun],
    folder: Path,
    executor: Executor,
    jobs: int,
    stop: Callable[[], bool],
    costs: Mapping[Kind, Cost] | None = None,
) -> Iterator[Event]:
    """Run what isn't finished, as many at a time as there are ``jobs``.

    Runs that share the features of a frozen network wait until one of them has finished, which
    has computed them.

    Args:
        name: of the study.
        folder: of the study.
        stop: asked twice a second whether to save and stop; what is under way can go on later.
        costs: what is known of kinds of runs, for the time that is left.

    Raises:
        RunError: a file of the study cannot be written.
    """
    done = [run for run in planned if run.finished]
    tasks = [_Task(run, _job(run, folder, jobs)) for run in planned if run not in done]
    remaining = Remaining(planned, jobs, costs)
    yield StudyStarted(
        study=name,
        folder=str(folder),
        runs=tuple(run.name for run in planned),
        done=len(done),
        epochs=tuple(run.config.epochs for run in planned),
        epochs_done=tuple(remaining.done),
        finished=tuple(run in done for run in planned),
        jobs=jobs,
        seconds_left=remaining.seconds(),
    )
    asked = False
    try:
        while True:
            if stop() and not asked:
                asked = True
                for task in tasks:
                    if task.handle is not None:
                        task.handle.stop()
                    elif task.state == "waiting":
                        task.state = "stopped"
            _start(tasks, executor, jobs)
            for task in tasks:
                _look(task, asked)
                if (event := _told(task, remaining)) is not None:
                    yield event
            if all(task.over for task in tasks):
                break
            time.sleep(_EVERY)
    finally:
        for task in tasks:
            if task.handle is not None:
                task.handle.stop()
        executor.close()
    yield StudyEnded(
        study=name,
        state="stopped" if asked else "finished",
        finished=len(done) + sum(task.state == "finished" for task in tasks),
        failed=tuple(task.planned.name for task in tasks if task.state == "failed"),
        missing=tuple(task.planned.name for task in tasks if task.state == "missing"),
    )


def _job(planned: PlannedRun, folder: Path, jobs: int) -> Job:
    """Write a run's configuration, and say how it is run."""
    # A name may hold a dot, so that nothing of it is a suffix.
    file, log, error_file = (
        folder / "jobs" / f"{planned.run.name}.{kind}" for kind in ("json", "log", "error")
    )
    config = planned.config
    threads = threads_of(config, jobs)
    options = dataclasses.replace(config, threads=threads).to_dict()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_json(file, {"config": options})
    except OSError as error:
        raise RunError(f"Cannot write {file}: {error.strerror}.") from error
    return Job(
        name=planned.name,
        config=file.resolve(),
        directory=planned.run.path.resolve(),
        log=log.resolve(),
        error=error_file.resolve(),
        threads=threads,
        gpus=0 if config.device == "cpu" else int(config.device.startswith("cuda")),
    )


def _start(tasks: Sequence[_Task], executor: Executor, jobs: int) -> None:
    """Hand over as many of the waiting as there is room for."""
    under_way = [task for task in tasks if task.state == "running"]
    room = jobs - len(under_way)
    # Once one has finished, the others find all features in the cache.
    kept = {task.features for task in tasks if task.state == "finished"} | {None}
    computing = {task.features for task in under_way} - kept
    for task in tasks:
        if room < 1:
            return
        if task.state != "waiting" or task.features in computing:
            continue
        task.job.error.unlink(missing_ok=True)
        task.handle = executor.submit(task.job)
        task.state, room = "running", room - 1
        task.tries += 1
        computing |= {task.features} - kept


def _look(task: _Task, stopping: bool) -> None:
    """Find out whether a run under way is over, and how."""
    if task.handle is None or (code := task.handle.poll()) is None:
        return
    task.handle = None
    if task.planned.finished:
        task.state = "finished"
    elif stopping:
        task.state = "stopped"
    elif (code < 0 or code in (130, 137, 143)) and task.tries < _TRIES:
        # Killed from outside: it goes on from its checkpoint.
        task.state = "waiting"
    else:
        task.state, task.reason = _failure(task.job, code)


def _failure(job: Job, code: int) -> tuple[str, str]:
    """How a job that isn't finished has ended, and why."""
    try:
        said = read_json(job.error)
        return "missing" if said.get("kind") == "WeightsUnavailable" else "failed", said["text"]
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return "failed", f"It ended with exit code {code}; its output is in {job.log}."


def _told(task: _Task, remaining: Remaining) -> StudyRun | None:
    """What there is to say of a run, if it is news."""
    if task.over and task.shown[:1] == (task.state,):
        # Its file isn't read twice a second until the last run is over.
        return None
    metrics = task.planned.run.metrics() if task.state != "waiting" else []
    news = (task.state, len(metrics))
    if news == task.shown:
        return None
    task.shown = news
    remaining.after(task.planned, task.state, metrics)
    return StudyRun(
        run=task.planned.name,
        path=str(task.planned.run.path),
        state=task.state,
        epoch=len(metrics),
        epochs=task.planned.config.epochs,
        best_acc=summed_up(metrics).get("best_acc"),
        reason=task.reason,
        val_acc=tuple(line.get("val_acc") for line in metrics),
        seconds_left=remaining.seconds(),
    )
