"""Jobs as processes on this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess

from dlvc_cli import Job

__all__ = ["LocalExecutor"]


class LocalJob:
    """A job's process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._asked = False

    def poll(self) -> int | None:
        """Return its exit code once it has ended, negative where a signal killed it."""
        return self._process.poll()

    def stop(self) -> None:
        """Ask it to save and stop; a second time, stop it at once."""
        number = signal.SIGKILL if self._asked else signal.SIGTERM
        self._asked = True
        # It may have ended at this moment.
        with contextlib.suppress(ProcessLookupError):
            # With what it has started, which is in the session that it leads.
            if number == signal.SIGKILL:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)


class LocalExecutor:
    """Starts a process for each job."""

    def threads(self, jobs: int) -> int:
        """Jobs share the cores."""
        return max(1, (os.cpu_count() or 1) // jobs)

    def submit(self, job: Job) -> LocalJob:
        """Start the job's process."""
        return LocalJob(job.start())

    def close(self) -> None:
        """Nothing is held: a job's process ends with this one."""
