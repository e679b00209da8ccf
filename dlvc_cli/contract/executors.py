"""What runs the jobs of a study: an executor, which a plugin offers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

__all__ = ["ERROR_FILE", "Executor", "Job", "RunningJob"]

ERROR_FILE = "DLVC_ERROR_FILE"
"""The environment variable that names a file for the error that a command ends with."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A run of a study: a configuration file and a run directory, for whoever may kill it any time.

    It can be sent to another process or machine that sees the same files.

    Attributes:
        name: of the run, for people.
        config: the file with its options.
        directory: where the run is, or will be.
        log: the file that takes what it writes on standard output and standard error.
        error: the file that takes the error that it ends with.
        threads: CPU threads that it uses.
        gpus: GPUs that it uses.
    """

    name: str
    config: Path
    directory: Path
    log: Path
    error: Path
    threads: int = 1
    gpus: int = 0

    def command(self) -> list[str]:
        """Return the command that begins the run, or goes on with it where it has begun."""
        words = [sys.executable, "-m", "dlvc_cli", "train", "--quiet"]
        if (self.directory / "run.json").exists():
            return [*words, "--resume", str(self.directory)]
        return [*words, "--config", str(self.config), "--out", str(self.directory)]

    def start(self) -> subprocess.Popen[bytes]:
        """Start the command as a process of its own, out of reach of the terminal's Ctrl-C."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | {ERROR_FILE: str(self.error)},
                start_new_session=True,
            )

    def run(self) -> int:
        """Run the command to its end and return its exit code; SIGTERM is handed on to it."""
        process = self.start()

        def hand_on(number: int, frame: object) -> None:
            process.send_signal(number)

        before = signal.signal(signal.SIGTERM, hand_on)
        try:
            return process.wait()
        finally:
            signal.signal(signal.SIGTERM, before)


class RunningJob(Protocol):
    """A job that has been handed to an executor."""

    def poll(self) -> int | None:
        """Return its exit code once it is over, negative where a signal killed it; else None."""
        ...

    def stop(self) -> None:
        """Ask it to save and stop; returns at once. A second time, stop it at once."""
        ...


class Executor(Protocol):
    """Runs jobs, each in a process of its own, here or elsewhere.

    What is to be run, in which order, and what becomes of it, is the core's: an executor that loses
    a worker lets ``poll`` return a negative number, and the core starts the job again, which goes
    on from its checkpoint.
    """

    def submit(self, job: Job) -> RunningJob:
        """Take a job; returns at once."""
        ...

    def close(self) -> None:
        """Give back what is held, when no job is left."""
        ...
