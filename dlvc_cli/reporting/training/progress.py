"""A run so far: its events folded into one value that the live view draws."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from dlvc_cli.events import (
    CheckpointSaved,
    DataProgress,
    EpochDone,
    Event,
    RunEnded,
    RunStarted,
    StepDone,
)
from dlvc_cli.runs.balance import is_uneven
from dlvc_cli.runs.best import best_of

__all__ = ["EARLY_EPOCHS", "RunState"]

# Single batches are drawn until this many epochs are done: later they would only be noise.
EARLY_EPOCHS = 8
_MOST_BATCHES = 250
# Time left is judged by the epochs since this many of their ends.
_RATE_WINDOW = 4


class RunState:
    """What is known of a run.

    Written by one thread and read by another: values are replaced, never changed in place (lines
    of metrics are only appended).

    Attributes:
        reading: by split, how far decoding is.
        metrics: lines of ``metrics.jsonl``, those of a resumed run's earlier part included.
        batch_losses: (epochs, loss) of recent batches, early in training only.
        best: (epoch, validation accuracy); None before the first that is finite.
        best_balanced: the balanced accuracy of that epoch, None where that isn't known.
        best_value: what it was chosen by, likewise.
        done: epochs trained so far, a part of one included.
        events: how many events it has taken.
        version: grows whenever a curve changes.
        time_left: in seconds, None while unknown.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._marks: deque[tuple[float, float]] = deque(maxlen=_RATE_WINDOW)
        self.reading: dict[str, DataProgress] = {}
        self.started: RunStarted | None = None
        self.step: StepDone | None = None
        self.metrics: list[Mapping[str, Any]] = []
        self.batch_losses: list[tuple[float, float]] = []
        self.best: tuple[float, float] | None = None
        self.best_balanced: float | None = None
        self.best_value: float | None = None
        self.checkpoint: CheckpointSaved | None = None
        self.ended: RunEnded | None = None
        self.version = 0
        self.events = 0
        self.done = 0.0
        self.time_left: float | None = None

    def update(self, event: Event) -> None:
        """Take an event into account; takes microseconds."""
        self.events += 1
        match event:
            case StepDone():
                self._take_step(event)
            case EpochDone():
                self.metrics.append(event.metrics)
                self.best = None
                if event.best_epoch is not None and event.best_acc is not None:
                    self.best = (event.best_epoch, event.best_acc)
                self.best_balanced = event.best_balanced_acc
                self.best_value = event.best_value
                self.version += 1
                self._advance(event.epoch)
                self._marks.append((self._clock(), event.epoch))
            case DataProgress():
                self.reading = {**self.reading, event.split: event}
            case RunStarted():
                self.started = event
                self.metrics = list(event.history)
                best = best_of(self.metrics)
                self.best = None if best is None else (best[0], best[1]["val_acc"])
                self.best_balanced = None if best is None else best[1].get("val_balanced_acc")
                self.best_value = None if best is None else best[1].get(event.monitor)
                self.version += 1
                self.done = event.start_epoch + event.start_step / max(event.steps_per_epoch, 1)
                self._marks.append((self._clock(), self.done))
            case CheckpointSaved():
                self.checkpoint = event
            case RunEnded():
                self.ended = event

    def _take_step(self, event: StepDone) -> None:
        self.step = event
        self._advance(event.epoch - 1 + event.step / max(event.steps, 1))
        if len(self.metrics) < EARLY_EPOCHS and _finite(event.loss):
            self.batch_losses = [
                *self.batch_losses[-_MOST_BATCHES:],
                (self.done, event.loss or 0.0),
            ]
            self.version += 1

    def _advance(self, done: float) -> None:
        self.done = done
        if self.started is None:
            return
        since, before = self._marks[0]
        if done > before:
            first = self.started.first_epoch_costs_most and len(self.metrics) == 0
            end = min(self.started.epochs, math.ceil(done)) if first else self.started.epochs
            at, then, whole = (_work(self.started, epochs) for epochs in (done, before, end))
            self.time_left = max(whole - at, 0.0) * (self._clock() - since) / (at - then)

    @property
    def uneven(self) -> bool:
        """Whether the validation split's classes are, so that accuracy alone misleads."""
        return self.started is not None and is_uneven(self.started.val_counts)

    @property
    def monitor(self) -> str | None:
        """The key of what the best epoch is chosen by, where that isn't the accuracy."""
        if self.started is None or self.started.monitor == "val_acc":
            return None
        return self.started.monitor

    @property
    def epoch(self) -> int:
        """The epoch that is being trained, or was last, from 1."""
        return max(math.ceil(self.done), 1)

    @property
    def validating(self) -> bool:
        """Whether all steps of an epoch are done and its validation is not."""
        step = self.step
        return step is not None and step.step >= step.steps and len(self.metrics) < step.epoch

    @property
    def early(self) -> bool:
        """Whether single batches are worth drawing."""
        return bool(self.batch_losses) and len(self.metrics) < EARLY_EPOCHS

    def curve(self, key: str) -> list[tuple[float, float]]:
        """Return (epoch, value) of the lines where ``key`` is a finite number."""
        return [
            (line.get("epoch", index), line[key])
            for index, line in enumerate(tuple(self.metrics), start=1)
            if _finite(line.get(key))
        ]


def _work(started: RunStarted, epochs: float) -> float:
    """Epochs of all their steps that as many take: ``--max-steps`` leaves the last one fewer."""
    if started.max_steps is None:
        return epochs
    full = started.epochs - 1
    share = started.max_steps / max(started.steps_per_epoch, 1) - full
    return min(epochs, full) + max(epochs - full, 0.0) * min(share, 1.0)


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
