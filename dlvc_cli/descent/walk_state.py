"""What every engine moves on: the state of walks that are under way."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from dlvc_cli.descent import kernel
from dlvc_cli.descent.surface import Array

__all__ = ["Engine", "StepSettings", "WalkState"]


class WalkState:
    """Walks under way: where each is, and how far it has come.

    Attributes:
        positions: (N, 2).
        steps, reasons, norms: (N,): steps taken, why ended (or ``RUNNING``), the last gradient's.
        pieces: for each walk the positions taken so far, in pieces (k, 2); None if not kept.
    """

    def __init__(self, starts: Array, keep_paths: bool) -> None:
        self.positions = starts.copy()
        self.steps = np.zeros(len(starts), dtype=np.int64)
        self.reasons = np.full(len(starts), kernel.RUNNING, dtype=np.int8)
        self.norms = np.zeros(len(starts))
        self.pieces: list[list[Array]] | None = None
        if keep_paths:
            self.pieces = [[start[None].copy()] for start in starts]

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def running(self) -> int:
        """How many have not ended."""
        return int((self.reasons == kernel.RUNNING).sum())

    def paths(self) -> list[Array] | None:
        """Return the path of each walk, (steps + 1, 2)."""
        return None if self.pieces is None else [np.concatenate(parts) for parts in self.pieces]


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
