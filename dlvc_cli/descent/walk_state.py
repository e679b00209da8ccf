"""What every engine moves on: the state of walks that are under way."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from dlvc_cli.descent import kernel
from dlvc_cli.descent.kept_path import KeptPath
from dlvc_cli.descent.surface import Array

__all__ = ["Engine", "StepSettings", "WalkState"]


class WalkState:
    """Walks under way: where each is, and how far it has come.

    Attributes:
        positions: (N, 2).
        steps, reasons, norms: (N,): steps taken, why ended (or ``RUNNING``), the last gradient's.
        kept: the path of each walk; None if they aren't kept.

    Args:
        most_kept: how many positions to keep of each path; 0 for none.
    """

    def __init__(self, starts: Array, most_kept: int = 0) -> None:
        self.positions = starts.copy()
        self.steps = np.zeros(len(starts), dtype=np.int64)
        self.reasons = np.full(len(starts), kernel.RUNNING, dtype=np.int8)
        self.norms = np.zeros(len(starts))
        self.kept: list[KeptPath] | None = None
        if most_kept:
            self.kept = [KeptPath(start, most_kept) for start in starts]

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def running(self) -> int:
        """How many have not ended."""
        return int((self.reasons == kernel.RUNNING).sum())


class StepSettings(NamedTuple):
    """What steps are taken with, whatever the optimiser: as in ``DescentConfig``."""

    lr: float
    eps: float
    stop: float
    max_steps: int


class Engine(Protocol):
    """Takes the steps; what its optimiser keeps between them is its own."""

    def advance(self, walk_state: WalkState, limit: int) -> None:
        """Take up to ``limit`` steps with each walk that has not ended."""
