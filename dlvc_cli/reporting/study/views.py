"""Which view of a study suits."""

from __future__ import annotations

import sys
from typing import TextIO

from dlvc_cli.events import Event, Notice
from dlvc_cli.reporting.base import QuietView, View
from dlvc_cli.reporting.study.study_lines import StudyLines

__all__ = ["PlainStudyView", "open_study_view"]


def open_study_view(mode: str = "auto", *, stderr: TextIO | None = None) -> View:
    """Return a view: ``live``, ``plain`` lines, ``quiet``, or what suits (``auto``).

    ``auto`` is the live view where standard error is a terminal that can move its cursor.
    """
    errors = stderr or sys.stderr
    if mode == "quiet":
        return QuietView(errors)
    if mode == "live" or (mode == "auto" and errors.isatty()):
        from dlvc_cli.reporting.console import open_console
        from dlvc_cli.reporting.live_screen import has_screen
        from dlvc_cli.reporting.study.live import LiveStudyView

        console = open_console(stderr=True) if stderr is None else open_console(file=stderr)
        if mode == "live" or has_screen(console):
            return LiveStudyView(console)
    return PlainStudyView(errors)


class PlainStudyView(QuietView):
    """A line for each run that begins or ends, and for every tenth of it."""

    def __init__(self, stderr: TextIO) -> None:
        super().__init__(stderr)
        self._lines = StudyLines()

    def handle(self, event: Event) -> None:
        """Write what the event says."""
        for text in self._lines.of(event):
            self._write(text)
        if isinstance(event, Notice) and event.level == "info":
            self._write(event.text)
        else:
            super().handle(event)
