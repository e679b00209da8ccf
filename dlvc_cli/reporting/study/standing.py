"""A study so far: its events folded into one value that the live view draws."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from dlvc_cli.events import Event, StudyEnded, StudyRun, StudyStarted

__all__ = ["RunStanding", "StudyStanding"]

_LEFT = ("waiting", "running")


@dataclass(frozen=True)
class RunStanding:
    """How far a run is: the newest of its events.

    Attributes:
        state: as ``StudyRun`` has it.
        ended_at: the place among those that have ended while it was watched, from 1; else None.
    """

    name: str
    state: str
    epoch: int
    epochs: int
    best_acc: float | None = None
    reason: str | None = None
    val_acc: tuple[float | None, ...] = ()
    ended_at: int | None = None

    @property
    def over(self) -> bool:
        return self.state not in _LEFT


class StudyStanding:
    """What is known of a study.

    Written by one thread and read by another: values are replaced, never changed in place.

    Attributes:
        runs: by name, in the study's order.
        events: how many events it has taken.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._told: tuple[float, float] | None = None
        self._ended: float | None = None
        self.started: StudyStarted | None = None
        self.ended: StudyEnded | None = None
        self.runs: dict[str, RunStanding] = {}
        self.events = 0

    def update(self, event: Event) -> None:
        """Take an event into account."""
        match event:
            case StudyStarted():
                self.runs = _at_first(event)
                self.started = event
                self._estimated(event.seconds_left)
            case StudyRun():
                self.runs = {**self.runs, event.run: self._after(event)}
                self._estimated(event.seconds_left)
            case StudyEnded():
                self.ended, self._ended = event, self._clock()
        self.events += 1

    def _after(self, event: StudyRun) -> RunStanding:
        now = RunStanding(
            event.run, event.state, event.epoch, event.epochs, event.best_acc, event.reason,
            event.val_acc,
        )  # fmt: skip
        if not now.over:
            return now
        ended = [run.ended_at for run in self.runs.values() if run.ended_at is not None]
        return replace(now, ended_at=max(ended, default=0) + 1)

    def _estimated(self, seconds: float | None) -> None:
        self._told = None if seconds is None else (self._clock(), seconds)

    @property
    def elapsed(self) -> float:
        """Seconds since it began, or that it took."""
        return (self._clock() if self._ended is None else self._ended) - self._begun

    @property
    def time_left(self) -> float | None:
        """Seconds, None while unknown; it counts down between two events."""
        if self._told is None or self.ended is not None:
            return None
        at, seconds = self._told
        return max(0.0, seconds - (self._clock() - at))

    @property
    def epochs(self) -> tuple[int, int]:
        """Epochs done, of how many: of what is over, there are no more than were done."""
        runs = self.runs.values()
        return sum(run.epoch for run in runs), sum(
            run.epoch if run.over else run.epochs for run in runs
        )

    def having(self, *states: str) -> list[RunStanding]:
        """The runs in these states, in the study's order."""
        return [run for run in self.runs.values() if run.state in states]

    @property
    def latest(self) -> list[RunStanding]:
        """Those that have ended while it was watched, in that order."""
        ended = [run for run in self.runs.values() if run.ended_at is not None]
        return sorted(ended, key=lambda run: run.ended_at or 0)


def _at_first(event: StudyStarted) -> dict[str, RunStanding]:
    runs = {}
    for place, name in enumerate(event.runs):
        finished = place < len(event.finished) and event.finished[place]
        done = event.epochs_done[place] if place < len(event.epochs_done) else 0
        epochs = event.epochs[place] if place < len(event.epochs) else 0
        runs[name] = RunStanding(name, "finished" if finished else "waiting", done, epochs)
    return runs
