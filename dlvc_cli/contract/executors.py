"""What runs the jobs of a study: an executor, which a plugin offers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from dlvc_cli.errors import RunError

__all__ = ["ATTENDED", "ERROR_FILE", "Executor", "Job", "RunningJob", "found_by"]

ERROR_FILE = "DLVC_ERROR_FILE"
"""The environment variable that names a file for the error that a command ends with."""
ATTENDED = "DLVC_ATTENDED"
"""The environment variable of a command that saves and stops where its standard input ends."""

_OWN = (ERROR_FILE, ATTENDED)
# By these, beside those that begin with DLVC_, plugins, data and weights are found.
_FINDING = ("HF_HOME", "PYTHONPATH", "XDG_CACHE_HOME")
_EVERY = 0.1  # seconds between two looks at a process


def found_by() -> dict[str, str]:
    """Return this process's environment variables by which plugins, data and weights are found."""
    return {
        name: value
        for name, value in os.environ.items()
        if (name.startswith("DLVC_") or name in _FINDING) and name not in _OWN
    }


@dataclass(frozen=True, kw_only=True)
class Job:
    """A run of a study: a configuration file and a run directory, for whoever may kill it any time.

    It can be pickled, and sent to another process or machine that sees the same files at the same
    places and has the same packages.

    Attributes:
        name: of the run, for people.
        config: the file with its options.
        directory: where the run is, or will be.
        log: the file that takes what it writes on standard output and standard error.
        error: the file that takes the error that it ends with.
        folder: where relative paths in its configuration are meant from.
        environment: variables that it is started with, beside those of whoever starts it.
        threads: CPU threads that it uses.
        gpus: GPUs that it needs.
        any_device: it uses a GPU where it is given one, and a CPU else.
    """

    name: str
    config: Path
    directory: Path
    log: Path
    error: Path
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    threads: int = 1
    gpus: int = 0
    any_device: bool = False

    def command(self) -> list[str]:
        """Return the command that begins the run, or goes on with it where it has begun."""
        words = [sys.executable, "-m", "dlvc_cli", "train", "--quiet"]
        if (self.directory / "run.json").exists():
            return [*words, "--resume", str(self.directory)]
        return [*words, "--config", str(self.config), "--out", str(self.directory)]

    def start(self) -> subprocess.Popen[bytes]:
        """Start the command as a process of its own, out of reach of the terminal's Ctrl-C.

        It saves and stops on SIGTERM, and also where its standard input is closed: it ends with the
        process that started it, however that one ends.

        Raises:
            RunError: its log cannot be written, or its folder isn't there.
        """
        try:
            with self.log.open("ab") as log:
                return subprocess.Popen(
                    self.command(),
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=self.folder,
                    env=os.environ
                    | self.environment
                    | {ERROR_FILE: str(self.error), ATTENDED: "1"},
                    start_new_session=True,
                )
        except OSError as error:
            where = f" with {error.filename}" if error.filename else ""
            raise RunError(f"It cannot be started{where}: {error.strerror}.") from error

    def run(self) -> int:
        """Run the command to its end and return its exit code, negative where a signal killed it.

        SIGTERM and Ctrl-C are handed on to it, in the main thread; where an exception ends this
        (a worker that leaves), it saves and stops first.
        """
        with _counting_signals() as asked, self.start() as process:
            told = 0
            # A worker may be interrupted without a signal to its process, which ends no wait.
            while (code := process.poll()) is None:
                if told < len(asked):
                    process.terminate()
                    told += 1
                time.sleep(_EVERY)
            return code


@contextmanager
def _counting_signals() -> Iterator[list[int]]:
    """Inside the block, SIGTERM and Ctrl-C do nothing but lengthen the list that it yields."""
    asked: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, lambda number, frame: asked.append(number))
    try:
        yield asked
    finally:
        for number, handler in before.items():
            # None is a handler that was not set from Python.
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


class RunningJob(Protocol):
    """A job that has been handed to an executor."""

    def poll(self) -> int | None:
        """Return its exit code once it is over; else None, at once.

        A negative number says that it was killed, or that its worker or machine is lost.
        """
        ...

    def stop(self) -> None:
        """Ask it to save and stop; returns at once. A second time, stop it at once.

        One that waits for room is taken back, and over.
        """
        ...


class Executor(Protocol):
    """Runs jobs, each in a process of its own, here or elsewhere.

    What is to be run, in which order, and what becomes of it, is the core's: an executor starts a
    job once for each ``submit``. Of one that loses its worker, ``poll`` returns a negative number,
    and the core submits the job again, which goes on from its checkpoint, as soon as no process
    holds the run's lock any more.
    """

    def threads(self, jobs: int) -> int:
        """Return the CPU threads of each of so many jobs at a time, where nothing else says so."""
        ...

    def submit(self, job: Job) -> RunningJob:
        """Take a job; returns at once, also where there is no room for it yet."""
        ...

    def close(self) -> None:
        """Give back what is held; what still runs ends."""
        ...
