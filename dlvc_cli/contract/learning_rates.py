"""Learning rates: what an optimiser takes by default, and what a schedule makes of them."""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["LearningRates", "Progress"]


class LearningRates(NamedTuple):
    """An optimiser's default learning rates: from scratch, for fine-tuning, for descent."""

    scratch: float
    finetune: float
    descent: float


class _Progress(NamedTuple):
    epoch: float
    epochs: int
    step: int
    steps: int


class Progress(_Progress):
    """How far training is before a step, of the length that its schedule has.

    Args:
        epoch: counts from 0 with fractions, out of ``epochs``.
        epochs: the schedule's length (``--schedule-epochs``, or all epochs).
        step: the step to come, counted from 0 over all epochs, out of ``steps``.
        steps: the schedule's length in steps. Where step and steps are left out, an epoch counts
            as one step.
    """

    __slots__ = ()

    def __new__(
        cls, epoch: float, epochs: int, step: int | None = None, steps: int | None = None
    ) -> Progress:
        whole = math.floor(epoch) if step is None else step
        return super().__new__(cls, epoch, epochs, whole, epochs if steps is None else steps)

    @property
    def fraction(self) -> float:
        """Progress in [0, 1]."""
        return min(self.epoch / self.epochs, 1.0) if self.epochs else 1.0
