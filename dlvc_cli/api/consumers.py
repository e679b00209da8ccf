"""Who is told of a training's events: a view and trackers, and in the end the curves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlvc_cli.errors import cause_of
from dlvc_cli.events import Event, Notice, RunEnded, RunStarted
from dlvc_cli.registry.offers import Choice
from dlvc_cli.runs.directory import RunDir

__all__ = ["Consumers", "consume"]


@dataclass
class Consumers:
    """A view and trackers; a tracker that raises is dropped with a note."""

    view: Callable[[Event], None]
    trackers: list[tuple[Choice, Any]] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        self.view(event)
        for entry in list(self.trackers):
            self._tell(entry, entry[1], event)

    def close(self) -> None:
        """Close the trackers that can be closed."""
        for entry in list(self.trackers):
            close = getattr(entry[1], "close", None)
            if close is not None:
                self._tell(entry, close)

    def _tell(self, entry: tuple[Choice, Any], call: Callable[..., Any], *args: Any) -> None:
        try:
            call(*args)
        except Exception as error:
            self.trackers.remove(entry)
            name = entry[0].offer.name
            text = f"Tracker {name} failed and is dropped: {cause_of(error)}"
            self.view(Notice(text=text, level="warning"))


def consume(events: Iterator[Event], consumers: Consumers) -> tuple[RunStarted, RunEnded]:
    """Hand all events on, and draw the curves whatever happens; returns the first and the last."""
    started = ended = None
    try:
        for event in events:
            consumers(event)
            if isinstance(event, RunStarted):
                started = event
            elif isinstance(event, RunEnded):
                ended = event
    finally:
        if started is not None:
            _draw_curves(RunDir(Path(started.run)), consumers)
        consumers.close()
    assert started is not None and ended is not None
    return started, ended


def _draw_curves(run: RunDir, say: Callable[[Event], None]) -> None:
    """Draw ``loss.png`` and ``accuracy.png`` of a run that has finished an epoch.

    A failure is a warning: it must not hide what became of the training.
    """
    metrics = run.metrics()
    if not metrics:
        return
    from dlvc_cli.reporting.training.plots import plot_run

    try:
        plot_run(metrics, run.path, run.name)
    except Exception as error:
        say(Notice(text=f"The curves could not be drawn: {cause_of(error)}", level="warning"))
