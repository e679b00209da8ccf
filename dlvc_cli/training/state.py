"""What changes while a run trains: its position, sums and best so far; checkpoints keep it all."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

__all__ = ["TrainState", "batch_bounds", "loss_statistics", "smallest_batches"]


@dataclass
class TrainState:
    """The position of a run and what it has seen.

    Attributes:
        epoch: epochs finished.
        step: steps done in the epoch under way.
        losses: training loss of each step of this epoch, float32 (steps,), on the device.
        correct: images of each step's batch that were predicted right, likewise; NaN where that
            was not counted.
        running_correct, running_seen: of ``--running-accuracy``, in this epoch.
        best_epoch: the best epoch so far (from 1), None before any.
        best_value: what is monitored, in that epoch.
        best_acc, best_balanced_acc: its validation accuracy, and the balanced one.
        train_seconds: time spent in this epoch's steps.
        seconds: time spent in all earlier epochs.
    """

    losses: Tensor
    correct: Tensor
    epoch: int = 0
    step: int = 0
    running_correct: int = 0
    running_seen: int = 0
    best_acc: float | None = None
    best_epoch: int | None = None
    best_value: float | None = None
    best_balanced_acc: float | None = None
    train_seconds: float = 0.0
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return plain values and tensors on the CPU."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return values | {"losses": self.losses.cpu(), "correct": self.correct.cpu()}

    @classmethod
    def fresh(cls, steps: int, device: torch.device) -> TrainState:
        """That of a run before its first step, with room for an epoch's ``steps``."""
        return cls(*torch.zeros(2, steps, dtype=torch.float32, device=device))

    @classmethod
    def from_dict(cls, values: dict[str, Any], device: torch.device) -> TrainState:
        """Build from :meth:`to_dict`'s result.

        Raises:
            ValueError: it cannot be the state of a run.
        """
        losses = values["losses"].to(device)
        # Checkpoints of before these were counted have none.
        correct = values.get("correct", torch.full_like(losses, math.nan)).to(device)
        # ... and have chosen by accuracy.
        value = values.get("best_value", values["best_acc"])
        state = cls(**values | {"losses": losses, "correct": correct, "best_value": value})
        state.check()
        return state

    def check(self) -> None:
        """Raise ``ValueError`` unless a run can be in this state."""
        for name in ("epoch", "step", "running_correct", "running_seen"):
            if type(getattr(self, name)) is not int or getattr(self, name) < 0:
                raise ValueError(f"its {name} is {getattr(self, name)!r:.40}")
        if self.losses.ndim != 1 or self.step > len(self.losses):
            raise ValueError(f"it is at step {self.step} of {len(self.losses)}")
        if self.correct.shape != self.losses.shape:
            raise ValueError(f"it has counted {len(self.correct)} steps of {len(self.losses)}")
        best = (self.best_epoch, self.best_value, self.best_acc)
        if any(one is None for one in best) and best != (None, None, None):
            raise ValueError("it has half of a best epoch")
        if self.best_epoch is not None and not 1 <= self.best_epoch <= self.epoch:
            raise ValueError(f"its best epoch is {self.best_epoch} of {self.epoch}")

    def forget_best(self) -> None:
        """Let the best of the epochs to come be the best."""
        self.best_epoch = self.best_value = self.best_acc = self.best_balanced_acc = None

    def begin_epoch(self) -> None:
        """Reset what belongs to one epoch."""
        self.step = 0
        self.running_correct = self.running_seen = 0
        self.train_seconds = 0.0


def batch_bounds(count: int, batch_size: int) -> list[tuple[int, int]]:
    """Return (start, stop) of an epoch's batches.

    The last may be smaller; a single sample left over joins the batch before, since batch
    normalisation cannot train on one.
    """
    bounds = [(start, min(start + batch_size, count)) for start in range(0, count, batch_size)]
    if len(bounds) > 1 and batch_size > 1 and bounds[-1][1] - bounds[-1][0] == 1:
        bounds[-2:] = [(bounds[-2][0], count)]
    return bounds


def smallest_batches(train: int, val: int, batch_size: int) -> tuple[int, int]:
    """Return the sizes of the smallest batch of a training and of a validation.

    Args:
        train, val: images of the two splits.
    """
    smallest = min(stop - start for start, stop in batch_bounds(train, batch_size))
    return smallest, val % batch_size or min(val, batch_size)


def loss_statistics(losses: Tensor, bounds: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Return the mean over samples and the standard deviation over steps of an epoch's losses.

    Args:
        losses: of each step, (steps,).
        bounds: of the same steps' batches.
    """
    values = losses.cpu().double()
    sizes = torch.tensor([stop - start for start, stop in bounds], dtype=torch.float64)
    mean = float((values * sizes).sum() / sizes.sum())
    return mean, float(values.std(correction=0))
