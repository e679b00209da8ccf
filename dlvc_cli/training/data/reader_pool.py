"""Processes that measure and decode image files, and threads that wait for them.

Decoding small images is mostly Python's own work, of which threads do one at a time. The processes
are started anew, not forked: torch has threads. They are no workers of ``multiprocessing``, which
would run a user's script again in each.
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.errors import DataError, DlvcError
from dlvc_cli.events import json_text
from dlvc_cli.files import parse_json
from dlvc_cli.images.decode import Target

__all__ = ["ReaderPool", "ReadersGone", "cores", "readers_for", "threads_for"]

# Seconds that processes take to start and end, on a machine that does other things too.
_STARTING = 1.0
# More threads wait for each other (for Python's lock) longer than they work; and where an image
# takes less than this many seconds, two of them do it later than one.
_MOST_THREADS = 8
_SHORT = 0.00025
_MODULE = "dlvc_cli.images.reader_process"


class ReadersGone(Exception):
    """A process could not be started, or has ended."""


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def readers_for(seconds: float) -> int:
    """How many processes are worth starting for work that takes one thread so long; 0: none."""
    count = cores()
    return count if _STARTING + seconds / count < seconds else 0


def threads_for(seconds: float) -> int:
    """How many threads work on images where processes are not worth it.

    Args:
        seconds: that one image takes.
    """
    return min(cores(), _MOST_THREADS) if seconds > _SHORT else 1


class ReaderPool:
    """So many processes, one for each thread that asks; closed at the end of a ``with`` block."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._own = threading.local()
        self._all: list[subprocess.Popen[bytes]] = []
        self._lock = tempfile.NamedTemporaryFile(prefix="dlvc-", suffix=".lock")  # noqa: SIM115

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._all:
            # One that is busy need not finish.
            process.kill()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
            process.wait()
        self._lock.close()

    def sizes(self, paths: Sequence[str]) -> list[tuple[int, int] | DataError]:
        """Return the (height, width) of image files, or what is wrong with them.

        Raises:
            ReadersGone: the process has ended.
            DlvcError: there is no memory.
        """
        results, _ = self._ask({"paths": list(paths), "size": None})
        return [DataError(r) if isinstance(r, str) else (r[0], r[1]) for r in results]

    def decode(
        self,
        paths: Sequence[str],
        target: Target,
        put: Callable[[int, NDArray[np.uint8]], None],
    ) -> list[DataError | None]:
        """Decode files; return what is wrong with each.

        Args:
            put: is given the number among ``paths`` and the pixels (3, H, W) of each.

        Raises:
            ReadersGone, DlvcError: as :meth:`sizes`.
        """
        results, answers = self._ask({"paths": list(paths), **dataclasses.asdict(target)})
        pixels = np.empty((3, *target.size), np.uint8)
        buffer = memoryview(pixels.reshape(-1).data)
        for number, result in enumerate(results):
            if not isinstance(result, str):
                if answers.readinto(buffer) < len(buffer):  # type: ignore[attr-defined]
                    raise ReadersGone
                put(number, pixels)
        return [DataError(r) if isinstance(r, str) else None for r in results]

    def _ask(self, request: dict[str, Any]) -> tuple[list[Any], IO[bytes]]:
        process = self._process()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json_text(request, ascii_only=True).encode() + b"\n")
            process.stdin.flush()
            answer = parse_json(process.stdout.readline())
        except (OSError, ValueError) as error:
            raise ReadersGone from error
        if "fatal" in answer:
            raise DlvcError(*answer["fatal"])
        return answer["results"], process.stdout

    def _process(self) -> subprocess.Popen[bytes]:
        if getattr(self._own, "process", None) is None:
            # As this process finds the package, however it does.
            there = str(Path(__file__).parents[3])
            path = os.pathsep.join([there, *filter(None, [os.environ.get("PYTHONPATH")])])
            try:
                process = subprocess.Popen(
                    [sys.executable, "-m", _MODULE, str(self._count), self._lock.name],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=os.environ | {"PYTHONPATH": path},
                )
            except OSError as error:
                raise ReadersGone from error
            self._all.append(process)
            self._own.process = process
        found: subprocess.Popen[bytes] = self._own.process
        return found
