"""An executor whose failures fail the run that they are about, and no other."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

from dlvc_cli.contract.executors import Executor, Job, RunningJob
from dlvc_cli.errors import DlvcError, SpecError, cause_of
from dlvc_cli.registry.offers import Choice, guarded

__all__ = ["SafeExecutor", "SafeJob"]


class SafeJob:
    """A job that has been handed over.

    Attributes:
        broken: what the executor has raised instead of taking care of it, for people.
    """

    def __init__(self, choice: Choice, executor: Executor, job: Job) -> None:
        self.broken: str | None = None
        self._choice = choice
        self._handle = self._try(_submit, executor, job)

    def poll(self) -> int | None:
        """Return its exit code once it is over, or once the executor has broken."""
        code = None if self.broken else self._try(_poll, self._handle)
        if self.broken:
            self.stop()
            return 1
        return code

    def stop(self) -> None:
        """Ask it to save and stop; a second time, to stop at once."""
        # What goes wrong here is met again by whoever polls.
        with suppress(Exception):
            self._handle.stop()

    def _try(self, call: Any, *args: Any) -> Any:
        try:
            return guarded(self._choice.offer, call, *args)
        except Exception as error:
            self.broken = str(error) if isinstance(error, DlvcError) else cause_of(error)
            return None


class SafeExecutor:
    """Builds an executor and hands jobs to it.

    Raises:
        DlvcError: it can't be built.
    """

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        self._executor: Executor = choice.build()

    def threads(self, jobs: int) -> int:
        """Return the threads of each of so many jobs at a time.

        Raises:
            DlvcError: the executor can't say.
        """
        return guarded(self._choice.offer, _threads, self._executor, jobs)

    def submit(self, job: Job) -> SafeJob:
        """Hand over a job."""
        return SafeJob(self._choice, self._executor, job)

    def close(self) -> None:
        """Give back what the executor holds."""
        # What runs have left is on disk, whatever becomes of the executor.
        with suppress(Exception):
            self._executor.close()


def _threads(executor: Executor, jobs: int) -> int:
    count: object = executor.threads(jobs)
    if not isinstance(count, int) or count < 1:
        raise SpecError(f"threads() must give a whole number from 1 up, not {count!r:.60}")
    return count


def _submit(executor: Executor, job: Job) -> RunningJob:
    handle: object = executor.submit(job)
    if not (callable(getattr(handle, "poll", None)) and callable(getattr(handle, "stop", None))):
        raise SpecError(
            f"submit() must return an object with poll() and stop(), not {handle!r:.60}"
        )
    return cast(RunningJob, handle)


def _poll(handle: RunningJob) -> int | None:
    code: object = handle.poll()
    if code is not None and not isinstance(code, int):
        raise SpecError(f"poll() must give None or an exit code, not {code!r:.60}")
    return code
