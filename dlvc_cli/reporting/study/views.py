"""What is shown of a study while it runs."""

from __future__ import annotations

import sys
from typing import TextIO

from dlvc_cli.events import Event, StudyEnded, StudyRun, StudyStarted
from dlvc_cli.reporting import formats
from dlvc_cli.reporting.base import QuietView, View

__all__ = ["PlainStudyView", "open_study_view"]


def open_study_view(mode: str = "auto", *, stderr: TextIO | None = None) -> View:
    """Return a view: ``plain`` lines, ``json`` events, ``quiet``, or what suits (``auto``)."""
    errors = stderr or sys.stderr
    if mode == "json":
        from dlvc_cli.reporting.training.json_lines import JsonLinesView

        return JsonLinesView(sys.stdout)
    if mode == "quiet":
        return QuietView(errors)
    return PlainStudyView(errors)


class PlainStudyView(QuietView):
    """A line for each run that begins or ends, and for every tenth of it."""

    def __init__(self, stderr: TextIO) -> None:
        super().__init__(stderr)
        self._told: dict[str, int | str] = {}

    def handle(self, event: Event) -> None:
        """Write what the event says."""
        match event:
            case StudyStarted():
                done = f", {event.done} of them finished already" if event.done else ""
                self._write(
                    f"{event.study}: {_runs(len(event.runs))}{done}. Folder: {event.folder}"
                )
            case StudyRun() if (event.state != "waiting" or event.reason) and self._is_news(event):
                self._write(_line(event))
            case StudyEnded():
                self._write(_ending(event))
            case _:
                super().handle(event)

    def _is_news(self, event: StudyRun) -> bool:
        running = event.state == "running"
        now = 10 * event.epoch // max(1, event.epochs) if running else event.state
        news = now != self._told.get(event.run)
        self._told[event.run] = now
        return news


def _line(event: StudyRun) -> str:
    parts = [f"{event.run}: {event.state}", f"epoch {event.epoch}/{event.epochs}"]
    if event.best_acc is not None:
        parts.append(f"best {event.best_acc:.4f}")
    if event.reason:
        parts.append(event.reason)
    if event.seconds_left is not None:
        parts.append(f"{formats.duration(event.seconds_left)} left in all")
    return ", ".join(parts)


def _ending(event: StudyEnded) -> str:
    parts = [f"{event.state.capitalize()}: {_runs(event.finished)} finished"]
    if event.failed:
        parts.append(f"failed: {', '.join(event.failed)}")
    if event.missing:
        parts.append(f"can't run here: {', '.join(event.missing)}")
    return ", ".join(parts) + "."


def _runs(count: int) -> str:
    return f"{count} run" if count == 1 else f"{count} runs"
