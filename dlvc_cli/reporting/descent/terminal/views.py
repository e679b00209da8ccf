"""Views of a descent: context managers that are handed every event, then the walks."""

from __future__ import annotations

import sys
import time
from typing import Protocol, TextIO

from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.walks import Descent
from dlvc_cli.events import DescentProgress, DescentStarted, Event, Notice
from dlvc_cli.reporting.plain import QuietView
from dlvc_cli.reporting.views import View

__all__ = ["DescentView", "PlainDescentView", "QuietDescentView", "open_view"]

_SECONDS_BETWEEN_LINES = 2.0


class DescentView(View, Protocol):
    """Shows events, and in the end the walks."""

    def show(self, descent: Descent) -> bool:
        """Show how the walks went; returns whether the user cut it off."""


class QuietDescentView(QuietView, DescentView):
    """Writes warnings, nothing else."""

    def show(self, descent: Descent) -> bool:
        return False


class PlainDescentView(QuietDescentView):
    """Writes a line at the start, and every so often while walks are under way."""

    def __init__(self, stderr: TextIO) -> None:
        super().__init__(stderr)
        self._last = time.monotonic()

    def handle(self, event: Event) -> None:
        match event:
            case DescentStarted():
                columns, rows = event.size
                walks = event.starts * len(event.trials)
                word = "walk" if walks == 1 else "walks"
                self._write(f"{event.surface}: {walks:,} {word} on {columns} x {rows} points.")
            case DescentProgress() if time.monotonic() - self._last > _SECONDS_BETWEEN_LINES:
                self._last = time.monotonic()
                self._write(
                    f"{event.trial}: step {event.step:,}, {event.running:,} of {event.walks:,} "
                    "walks under way."
                )
            case Notice(level="info"):
                self._write(event.text)
            case _:
                super().handle(event)


def open_view(
    mode: str, surface: Surface, speed: float = 1.0, *, stderr: TextIO | None = None
) -> DescentView:
    """Return a view of walks on ``surface`` that writes to standard error.

    Args:
        mode: ``auto`` (live on a terminal that can move its cursor, plain lines elsewhere),
            ``plain``, ``json`` or ``quiet``.
        speed: of the live view.
    """
    errors = stderr or sys.stderr
    if mode == "auto" and errors.isatty():
        from rich.console import Console

        console = Console(stderr=True) if stderr is None else Console(file=stderr)
        if console.is_interactive:
            from dlvc_cli.reporting.descent.terminal.live import LiveDescentView

            return LiveDescentView(console, surface, speed)
    return QuietDescentView(errors) if mode in ("json", "quiet") else PlainDescentView(errors)
