"""Runs what isn't finished of a study, through an executor, yielding events."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlvc_cli.contract.executors import Job, found_by
from dlvc_cli.errors import RunError, WeightsUnavailable
from dlvc_cli.events import Event, StudyEnded, StudyRun, StudyStarted
from dlvc_cli.experiments.cost import Cost, Kind
from dlvc_cli.experiments.job_files import files_of, word_left
from dlvc_cli.experiments.planned_runs import PlannedRun
from dlvc_cli.experiments.remaining import Remaining
from dlvc_cli.experiments.safe_executor import SafeExecutor, SafeJob
from dlvc_cli.files import write_json
from dlvc_cli.registry.offers import Choice
from dlvc_cli.runs.best import summed_up

__all__ = ["run_study"]

_EVERY = 0.5  # seconds between two looks at runs under way
# So often is a run started that is killed from outside before it has finished another epoch.
_TRIES = 3
_PATIENCE = 30.0  # seconds that runs may take to save and stop where an error ends the study


@dataclass
class _Task:
    """A run that isn't finished, on its way."""

    planned: PlannedRun
    job: Job
    handle: SafeJob | None = None
    tries: int = 0
    begun_at: int = 0
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
    executor: Choice,
    jobs: int,
    stop: Callable[[], bool],
    costs: Mapping[Kind, Cost] | None = None,
) -> Iterator[Event]:
    """Run what isn't finished, as many at a time as there are ``jobs``.

    Runs that share the features of a frozen network wait until one of them has finished, which
    has computed them, and a run waits that another process is training. One whose worker is lost
    is started again here and nowhere else.

    Args:
        name: of the study.
        folder: of the study.
        stop: asked twice a second whether to save and stop; what is under way can go on later.
        costs: what is known of kinds of runs, for the time that is left.

    Raises:
        RunError: a file of the study cannot be written.
    """
    done = [run for run in planned if run.finished]
    remaining = Remaining(planned, jobs, costs)
    safe = SafeExecutor(executor)
    tasks = [_Task(run, _job(run, folder, safe, jobs)) for run in planned if run not in done]
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
            _start(tasks, safe, jobs)
            for task in tasks:
                _look(task, asked)
                if (event := _told(task, remaining)) is not None:
                    yield event
            if all(task.over for task in tasks):
                break
            time.sleep(_EVERY)
    finally:
        _end([task.handle for task in tasks if task.handle is not None])
        safe.close()
    yield StudyEnded(
        study=name,
        state="stopped" if asked else "finished",
        finished=len(done) + sum(task.state == "finished" for task in tasks),
        failed=tuple(task.planned.name for task in tasks if task.state == "failed"),
        missing=tuple(task.planned.name for task in tasks if task.state == "missing"),
    )


def _end(handles: Sequence[SafeJob]) -> None:
    """Let what is still under way save and stop."""
    for handle in handles:
        handle.stop()
    until = time.monotonic() + _PATIENCE
    while any(handle.poll() is None for handle in handles) and time.monotonic() < until:
        time.sleep(_EVERY)


def _job(planned: PlannedRun, folder: Path, executor: SafeExecutor, jobs: int) -> Job:
    """Write a run's configuration, and say how it is run."""
    files = files_of(folder, planned)
    config = planned.config
    threads = config.threads or executor.threads(jobs)
    options = dataclasses.replace(config, threads=threads).to_dict()
    try:
        files.config.parent.mkdir(parents=True, exist_ok=True)
        write_json(files.config, {"config": options})
    except OSError as error:
        raise RunError(f"Cannot write {files.config}: {error.strerror}.") from error
    return Job(
        name=planned.name,
        config=files.config.resolve(),
        directory=planned.run.path.resolve(),
        log=files.log.resolve(),
        error=files.error.resolve(),
        folder=Path.cwd(),
        environment=found_by(),
        threads=threads,
        gpus=int(config.device.startswith("cuda")),
        any_device=config.device == "auto",
    )


def _start(tasks: Sequence[_Task], executor: SafeExecutor, jobs: int) -> None:
    """Hand over as many of the waiting as there is room for."""
    under_way = [task for task in tasks if task.state == "running"]
    room = jobs - len(under_way)
    # Once one has finished, the others find all features in the cache.
    kept = {task.features for task in tasks if task.state == "finished"} | {None}
    computing = {task.features for task in under_way} - kept
    for task in tasks:
        if room < 1:
            return
        if task.state != "waiting" or task.features in computing or not _is_free(task):
            continue
        with suppress(OSError):
            task.job.error.unlink(missing_ok=True)
        task.begun_at = len(task.planned.run.metrics())
        task.handle = executor.submit(task.job)
        task.state, room = "running", room - 1
        task.tries += 1
        computing |= {task.features} - kept


def _is_free(task: _Task) -> bool:
    """Whether a waiting run is to be started: no process holds it that was left of another study,
    or on a machine that is out of reach, and none has finished it."""
    run = task.planned.run
    if run.path.is_dir() and run.in_use():
        task.reason = "another process is training it"
        return False
    task.reason = None
    if task.planned.finished:
        task.state = "finished"
    return task.state == "waiting"


def _look(task: _Task, stopping: bool) -> None:
    """Find out whether a run under way is over, and how."""
    if task.handle is None or (code := task.handle.poll()) is None:
        return
    broken, task.handle = task.handle.broken, None
    if len(task.planned.run.metrics()) > task.begun_at:
        task.tries = 0
    if task.planned.finished:
        task.state, task.reason = "finished", task.planned.diverged
    elif broken:
        task.state, task.reason = "failed", broken
    elif stopping:
        task.state = "stopped"
    elif (code < 0 or code in (130, 137, 143)) and task.tries < _TRIES:
        task.state, task.reason = "waiting", "it was killed, and goes on from its checkpoint"
    else:
        task.state, task.reason = _failure(task.job, code)


def _failure(job: Job, code: int) -> tuple[str, str]:
    """How a job that isn't finished has ended, and why."""
    word = word_left(job.error)
    if word is None:
        return "failed", f"It ended with exit code {code}; its output is in {job.log}."
    kind, text = word
    return "missing" if kind == WeightsUnavailable.__name__ else "failed", text


def _told(task: _Task, remaining: Remaining) -> StudyRun | None:
    """What there is to say of a run, if it is news."""
    if task.over and task.shown[:1] == (task.state,):
        # Its file isn't read twice a second until the last run is over.
        return None
    begun = task.state != "waiting" or task.reason is not None
    metrics = task.planned.run.metrics() if begun else []
    news = (task.state, len(metrics), task.reason)
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
