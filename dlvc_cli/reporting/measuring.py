"""How far the measuring of images is, where it takes longer than a moment."""

from __future__ import annotations

import sys
import time
from typing import Self

from rich.progress import Progress

from dlvc_cli.events import DataProgress, Event
from dlvc_cli.reporting.console import open_console

__all__ = ["MeasuringBar"]

# Seconds that nobody needs to be told of.
_MOMENT = 1.0


class MeasuringBar:
    """A bar on standard error that goes when the work is done; only on a terminal."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._bar: Progress | None = None
        self._silent = not sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, event: Event) -> None:
        if not isinstance(event, DataProgress) or self._silent:
            return
        if time.monotonic() - self._begun < _MOMENT:
            return
        if self._bar is None:
            self._bar = Progress(console=open_console(stderr=True), transient=True)
            self._bar.add_task(event.split, total=event.total)
            self._bar.start()
        (task,) = self._bar.tasks
        text = f"measuring {event.split}"
        self._bar.update(task.id, description=text, completed=event.done, total=event.total)
