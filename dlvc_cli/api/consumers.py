"""Who is told of a training's events: a view and trackers; in the end curves and report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dlvc_cli.api.reports import write_run_report
from dlvc_cli.api.run_figures import draw_figures
from dlvc_cli.errors import cause_of
from dlvc_cli.events import Event, Notice, RunEnded, RunStarted
from dlvc_cli.registry.offers import Choice
from dlvc_cli.runs.directory import RunDir

__all__ = ["Consumers", "consume"]


class Consumers:
    """A view and trackers; neither is the end of a run.

    A tracker that raises is dropped with a note. A view that can't write any more is dropped, and
    the run goes on; one that fails otherwise has the run saved and stopped before its error counts.

    Args:
        view: a context manager that is called with every event.
        give_up: asks the run to stop.

    Attributes:
        farewell: what a user is told who ends it all now.
    """

    def __init__(self, view: Any, give_up: Callable[[], None]) -> None:
        self.trackers: list[tuple[Choice, Any]] = []
        self.farewell = "Stopped before training began; nothing was written."
        self._view = view
        self._watching = True
        self._give_up = give_up
        self._failure: Exception | None = None

    @contextmanager
    def view_open(self) -> Iterator[None]:
        """Open the view, and close it at the end of the block; then its own error is raised.

        Raises:
            Exception: that of the view, once what it was shown is over.
        """
        self._guard(self._view.__enter__)
        try:
            yield
        except BaseException as error:
            # It may stand in the middle of a line.
            self._guard(self._view.__exit__, type(error), error, error.__traceback__, close=True)
            raise
        self._guard(self._view.__exit__, None, None, None, close=True)
        if self._failure is not None:
            raise self._failure

    def __call__(self, event: Event) -> None:
        self._guard(self._view, event)
        for entry in list(self.trackers):
            self._tell(entry, entry[1], event)

    def close(self) -> None:
        """Close the trackers that can be closed."""
        for entry in list(self.trackers):
            close = getattr(entry[1], "close", None)
            if close is not None:
                self._tell(entry, close)

    def warn(self, text: str) -> None:
        """Show a warning."""
        self._guard(self._view, Notice(text=text, level="warning"))

    def _guard(self, call: Callable[..., Any], *args: Any, close: bool = False) -> None:
        """Call the view as long as it can be called."""
        if not (self._watching or close):
            return
        try:
            call(*args)
        except Exception as error:
            self._watching = False
            # As where a terminal or notebook has gone.
            gone = isinstance(error, OSError) or "closed file" in str(error)
            if not gone and self._failure is None:
                self._failure = error
                self._give_up()

    def _tell(self, entry: tuple[Choice, Any], call: Callable[..., Any], *args: Any) -> None:
        try:
            call(*args)
        except Exception as error:
            self.trackers.remove(entry)
            name = entry[0].offer.name
            self.warn(f"Tracker {name} failed and is dropped: {cause_of(error)}")


def consume(
    events: Iterator[Event], consumers: Consumers, draws: bool = True
) -> tuple[RunStarted, RunEnded]:
    """Hand all events on, and draw the curves whatever happens; returns the first and the last.

    Args:
        draws: whether this process draws them.
    """
    started = ended = None
    try:
        for event in events:
            consumers(event)
            if isinstance(event, RunStarted):
                started = event
                consumers.farewell = (
                    "Stopped at once. What was saved last is there: dlvc train --resume "
                    f"{event.run}"
                )
            elif isinstance(event, RunEnded):
                ended = event
                consumers.farewell = f"Stopped; what was trained is saved in {event.run}."
    finally:
        if started is not None and draws:
            draw_figures(RunDir(Path(started.run)), consumers.warn)
            write_run_report(RunDir(Path(started.run)), consumers.warn)
        consumers.close()
    assert started is not None and ended is not None
    return started, ended
