"""Fake events of a training, and what the tests of views do with them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

from rich.console import Console

from dlvc_cli import events as ev
from dlvc_cli.reporting.training.panel import TrainingPanel
from dlvc_cli.reporting.training.progress import RunState

__all__ = [
    "ENDED",
    "STARTED",
    "STEP",
    "draw",
    "epoch_done",
    "every_event",
    "first_screen",
    "metrics",
    "state_of",
    "terminal",
    "written",
]

STARTED = ev.RunStarted(
    run="runs/cnn-3",
    model="cnn",
    parameters=1_570_178,
    trainable=1_570_178,
    data="folder:images",
    classes=("cat", "dog"),
    train_images=7959,
    val_images=2041,
    stored_size=(32, 32),
    input_size=(32, 32),
    device="CPU, 2 threads",
    device_memory=None,
    precision="fp32",
    threads=2,
    seed=7,
    epochs=10,
    steps_per_epoch=63,
)
STEP = ev.StepDone(epoch=1, step=21, steps=63, loss=0.6543, lr=0.05, images_per_s=1234.4)
ENDED = ev.RunEnded(
    run="runs/cnn-3",
    state="finished",
    reason="all 10 epochs are done",
    epochs=10,
    best_acc=0.8,
    best_epoch=9,
    seconds=723,
)


def metrics(epoch: int, **changes: Any) -> dict[str, Any]:
    """A line of metrics: losses that fall, an accuracy that rises."""
    line = {
        "epoch": epoch,
        "train_loss": 0.7 * 0.9**epoch,
        "train_loss_std": 0.1,
        "val_loss": 0.8 * 0.95**epoch,
        "val_acc": 0.9 - 0.4 * 0.9**epoch,
        "val_acc_last_batch": 0.6,
        "lr": 0.05,
        "images_per_s": 1234.4,
        "seconds": 6.54,
    }
    return line | changes


def epoch_done(
    epoch: int, *, best: bool = True, best_epoch: int | None = None, **changes: Any
) -> ev.EpochDone:
    """The event at the end of an epoch."""
    line = metrics(epoch, **changes)
    best_epoch = best_epoch or epoch
    acc = metrics(best_epoch)["val_acc"]
    return ev.EpochDone(
        epoch=epoch, epochs=10, metrics=line, best=best, best_acc=acc, best_epoch=best_epoch
    )


def every_event() -> list[ev.Event]:
    """What a short run tells."""
    return [
        ev.Notice(text="Data: as given."),
        ev.Notice(text="One file is skipped.", level="warning"),
        ev.DataProgress(split="train", done=100, total=7959),
        ev.DataProgress(split="train", done=7959, total=7959),
        STARTED,
        STEP,
        epoch_done(1),
        ev.CheckpointSaved(epoch=2, step=0),
        epoch_done(2, best=False, best_epoch=1),
        ENDED,
    ]


def terminal(width: int = 80, height: int = 24, **options: Any) -> Console:
    """A console that believes it is a terminal of this size."""
    encoding = options.pop("encoding", "utf-8")
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)
    options = {"force_terminal": True, "color_system": "standard", "_environ": {}} | options
    return Console(file=file, width=width, height=height, **options)


def written(console: Console) -> str:
    """What has been written to a console of :func:`terminal`."""
    file = console.file
    assert isinstance(file, io.TextIOWrapper) and isinstance(file.buffer, io.BytesIO)
    return file.buffer.getvalue().decode(file.encoding)


def first_screen(text: str) -> str:
    """What a terminal shows once the second screen is left: all that was written to the first."""
    kept = re.sub(r"\x1b\[\?1049h.*?\x1b\[\?1049l", "", text, flags=re.DOTALL)
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", kept)


def draw(state: RunState, **options: Any) -> list[str]:
    """The panel's lines without colours."""
    console = terminal(**({"color_system": None} | options))
    console.print(TrainingPanel(state))
    return re.sub(r"\x1b\[[0-9;]*m", "", written(console)).splitlines()


def state_of(*events: ev.Event, clock: Callable[[], float] = lambda: 0.0) -> RunState:
    """A run as these events tell it."""
    state = RunState(clock)
    for event in events:
        state.update(event)
    return state
