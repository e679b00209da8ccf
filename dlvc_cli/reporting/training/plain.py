"""The view without animation: a line an epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

from dlvc_cli.events import (
    DataProgress,
    EpochDone,
    Event,
    FetchingWeights,
    Notice,
    RunEnded,
    RunStarted,
)
from dlvc_cli.reporting import formats
from dlvc_cli.reporting.base import QuietView
from dlvc_cli.runs.balance import is_uneven

__all__ = ["PlainView"]


class PlainView(QuietView):
    """Writes a line when the run starts, after each epoch, and when it ends."""

    def __init__(self, stderr: TextIO) -> None:
        super().__init__(stderr)
        self._reading: set[str] = set()
        self._more: dict[str, str] = {}

    def handle(self, event: Event) -> None:
        match event:
            case Notice(level="info"):
                self._write(event.text)
            case FetchingWeights():
                pass
            case DataProgress() if event.split not in self._reading:
                self._reading.add(event.split)
                self._write(f"reading {formats.count(event.total)} {event.split} images")
            case RunStarted():
                self._more = _further(event)
                self._write(_start(event))
            case EpochDone():
                self._write(_epoch(event, self._more))
            case RunEnded():
                self._write(formats.ending(event))
            case _:
                super().handle(event)


def _start(event: RunStarted) -> str:
    facts = [
        f"{event.model} on {event.data}",
        formats.sizes(event),
        f"{formats.count(event.train_images)} images to train on",
        f"{formats.count(event.val_images)} to validate on",
        f"stored at {formats.pixels(event.stored_size)} pixels",
        f"input {formats.pixels(event.input_size)}",
        formats.device(event),
        f"seed {event.seed}",
    ]
    if event.start_epoch or event.start_step:
        facts.append(f"resumed in epoch {event.start_epoch + 1}")
    return ", ".join([*facts, event.run])


def _further(event: RunStarted) -> dict[str, str]:
    """What is said of an epoch beside loss and accuracy: names by the keys of its line."""
    more = {"val_balanced_acc": "balanced"} if is_uneven(event.val_counts) else {}
    if event.monitor not in ("val_acc", "val_loss"):
        more.setdefault(event.monitor, event.monitor)
    return more


def _epoch(event: EpochDone, more: Mapping[str, str]) -> str:
    line = event.metrics
    rate, seconds, lr = (line.get(key) for key in ("images_per_s", "seconds", "lr"))
    parts = [
        f"epoch {event.epoch:>{len(str(event.epochs))}}/{event.epochs}",
        f"train loss {formats.decimals(line.get('train_loss'))}",
        f"val loss {formats.decimals(line.get('val_loss'))}",
        f"val acc {formats.decimals(line.get('val_acc'))}",
        *(f"{name} {formats.decimals(line.get(key))}" for key, name in more.items()),
        f"{formats.decimals(rate, 0)} images/s",
        f"{formats.decimals(seconds, 1)} s",
        f"lr {'-' if lr is None else format(lr, '.3g')}",
    ]
    return "  ".join(parts + ["*"] * event.best)
