"""What an executor must keep to: named checks, as ``contract.checks`` has them of other objects.

They run processes of a few lines, which take a second each where there is room for them.
"""

from __future__ import annotations

import pickle
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlvc_cli.contract.executors import Executor, Job, RunningJob

__all__ = [
    "EXECUTOR_CHECKS",
    "Probe",
    "check_executor_asks_a_job_to_stop",
    "check_executor_gives_threads",
    "check_executor_runs_a_job_once",
    "check_executor_stops_a_job_at_once",
    "check_executor_takes_a_job_s_folder_and_environment",
    "check_executor_tells_of_a_killed_job",
    "probe",
]

_EVERY = 0.1  # seconds between two looks


@dataclass(frozen=True, kw_only=True)
class Probe(Job):
    """A job that runs a script in the place of a training.

    Attributes:
        script: in Python.
    """

    script: str

    def command(self) -> list[str]:
        """Return the command that runs the script."""
        return [sys.executable, "-c", self.script]


def probe(folder: Path, script: str) -> Probe:
    """Return a job that runs a script in a folder, with one thread."""
    folder = folder.resolve()
    return Probe(
        name="check",
        config=folder / "check.json",
        directory=folder / "check",
        log=folder / "check.log",
        error=folder / "check.error",
        folder=folder,
        environment={"DLVC_CHECK": "told"},
        script=script,
    )


# Each check of an executor takes:
#   executor     with room for a job of one thread
#   folder       an empty one, which whatever runs the jobs sees, too
#   patience     seconds until a job of a moment's work is over


def check_executor_gives_threads(
    executor: Executor, folder: Path, patience: float = 60
) -> Iterator[str]:
    """An executor gives each job a thread at least, and no more to each of several than to one."""
    counts = [executor.threads(jobs) for jobs in (1, 2, 1000)]
    if not all(isinstance(count, int) and count >= 1 for count in counts):
        yield f"must give each job one thread at least, a whole number, not {counts!r:.60}"
    elif counts != sorted(counts, reverse=True):
        yield f"gives {counts[2]} threads to each of 1000 jobs, and {counts[0]} to a single one"


def check_executor_runs_a_job_once(
    executor: Executor, folder: Path, patience: float = 60
) -> Iterator[str]:
    """An executor starts a job once, returns at once, and passes its exit code on, for good.

    Whether it is started again is the core's to say.
    """
    script = "import time; open('begun', 'a').write('x'); time.sleep(1); raise SystemExit(7)"
    job = probe(folder, script)
    if pickle.loads(pickle.dumps(job)) != job:
        yield "is handed jobs that can't be pickled"
        return
    begun = time.monotonic()
    handle = executor.submit(job)
    if handle.poll() is not None and time.monotonic() - begun < 1:
        yield "must let poll() return None as long as the job runs"
        return
    code = _end_of(handle, patience)
    if code != 7:
        yield f"must let poll() return the job's exit code, 7, not {code!r}"
    elif handle.poll() != 7:
        yield "must let poll() return the same whenever it is asked again"
    elif (times := len((folder / "begun").read_text())) != 1:
        yield f"has started a job {times} times that was submitted once"


def check_executor_takes_a_job_s_folder_and_environment(
    executor: Executor, folder: Path, patience: float = 60
) -> Iterator[str]:
    """A job is run in its folder, with its variables and its threads' worth of room.

    Paths in its configuration are relative, and plugins and data are found by variables.
    """
    script = "import os; open('there', 'w').write(os.environ.get('DLVC_CHECK', ''))"
    code = _end_of(executor.submit(probe(folder, script)), patience)
    there = folder / "there"
    if code != 0 or not there.exists():
        yield "must run a job in its folder: call its run() or start()"
    elif there.read_text() != "told":
        yield "must run a job with its environment: call its run() or start()"


def check_executor_asks_a_job_to_stop(
    executor: Executor, folder: Path, patience: float = 60
) -> Iterator[str]:
    """``stop`` sends a job SIGTERM, once, and lets it save: what it does then is waited for."""
    script = (
        "import signal, time\n"
        "asked = []\n"
        "signal.signal(signal.SIGTERM, lambda *_: asked.append(1))\n"
        "open('ready', 'w').close()\n"
        f"until = time.monotonic() + {patience}\n"
        "while not asked and time.monotonic() < until: time.sleep(0.05)\n"
        "time.sleep(0.5)\n"
        "open('saved', 'w').write(str(len(asked)))\n"
    )
    handle = executor.submit(probe(folder, script))
    if not _appears(folder / "ready", patience):
        yield "must start a job that there is room for"
        return
    handle.stop()
    if _end_of(handle, patience) is None:
        yield "must let a job end that is asked to stop"
    elif not _appears(folder / "saved", 5):
        yield "must let a job save that is asked to stop: send SIGTERM, and wait"
    elif (times := (folder / "saved").read_text()) != "1":
        yield f"sends SIGTERM {times} times where stop() is called once"


def check_executor_stops_a_job_at_once(
    executor: Executor, folder: Path, patience: float = 60
) -> Iterator[str]:
    """``stop``, a second time, ends a job that doesn't stop by itself."""
    script = (
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "open('ready', 'w').close()\n"
        f"time.sleep({patience})\n"
    )
    handle = executor.submit(probe(folder, script))
    if not _appears(folder / "ready", patience):
        yield "must start a job that there is room for"
        return
    handle.stop()
    time.sleep(0.5)
    handle.stop()
    if (code := _end_of(handle, patience)) is None or code == 0:
        yield f"must end a job at once where stop() is called twice; poll() returned {code!r}"


def check_executor_tells_of_a_killed_job(
    executor: Executor, folder: Path, patience: float = 60
) -> Iterator[str]:
    """A job that a signal has killed gives a negative number, or 128 and the signal's.

    The core starts it again for that.
    """
    script = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    code = _end_of(executor.submit(probe(folder, script)), patience)
    if code is None or not (code < 0 or code == 137):
        yield f"must give a negative number for a job that was killed, not {code!r}"


EXECUTOR_CHECKS: Sequence[Callable[..., Iterator[str]]] = (
    check_executor_gives_threads,
    check_executor_runs_a_job_once,
    check_executor_takes_a_job_s_folder_and_environment,
    check_executor_asks_a_job_to_stop,
    check_executor_stops_a_job_at_once,
    check_executor_tells_of_a_killed_job,
)


def _end_of(handle: RunningJob, patience: float) -> int | None:
    """The job's exit code, None where it isn't over in time."""
    until = time.monotonic() + patience
    while (code := handle.poll()) is None and time.monotonic() < until:
        time.sleep(_EVERY)
    return code


def _appears(file: Path, patience: float) -> bool:
    until = time.monotonic() + patience
    while not (there := file.exists()) and time.monotonic() < until:
        time.sleep(_EVERY)
    return there
