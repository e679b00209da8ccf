"""Views of a descent without animation, and what every view of one is."""

from __future__ import annotations

import time
from typing import Protocol, TextIO

from dlvc_cli.descent.walks import Descent
from dlvc_cli.events import DescentProgress, DescentStarted, Event, Notice
from dlvc_cli.reporting.base import QuietView, View

__all__ = ["DescentView", "PlainDescentView", "QuietDescentView"]

_SECONDS_BETWEEN_LINES = 2.0


class DescentView(View, Protocol):
    """Shows events, and in the end the walks.

    Attributes:
        needs_paths: whether it draws the walks' paths.
    """

    needs_paths: bool = False

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
