"""Learning rates: what an optimiser takes by default, and what a schedule makes of them."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["LearningRates", "Progress"]


class LearningRates(NamedTuple):
    """An optimiser's default learning rates: from scratch, for fine-tuning, for descent."""

    scratch: float
    finetune: float
    descent: float


class Progress(NamedTuple):
    """How far training is: ``epoch`` counts from 0 with fractions, out of ``epochs``."""

    epoch: float
    epochs: int

    @property
    def fraction(self) -> float:
        """Progress in [0, 1]."""
        return min(self.epoch / self.epochs, 1.0) if self.epochs else 1.0
