"""Learning-rate schedules: pure functions of progress, with values in [0, 1].

Each factory returns ``schedule(progress) -> factor``; the learning rate of a step is the factor
times ``--lr``, which is so the highest one that the schedule reaches.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from dlvc_cli import BadOption, Progress

__all__ = ["constant", "cosine", "linear", "one_cycle", "step"]

Schedule = Callable[[Progress], float]


def constant() -> Schedule:
    """The same learning rate from beginning to end."""
    return lambda progress: 1.0


def step(every: int = 30, gamma: float = 0.1) -> Schedule:
    """Multiply by ``gamma`` after each ``every`` epochs, as torch's ``StepLR`` does."""
    return lambda progress: gamma ** math.floor(progress.epoch / every)


def cosine(warmup: float = 0.0, floor: float = 0.0) -> Schedule:
    """Half a cosine from 1 down to ``floor``, after a linear rise from 0 over ``warmup`` epochs.

    As with torch's ``CosineAnnealingLR`` asked step by step, the floor is where the training ends:
    the last step is still a step's share above it.

    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017,
    without restarts. A warm-up as long as the training leaves the rise alone.
    """

    def factor(progress: Progress) -> float:
        if progress.epoch < warmup:
            return progress.epoch / warmup
        if warmup >= progress.epochs:
            return 1.0
        share = (progress.epoch - warmup) / (progress.epochs - warmup)
        return _cosine_between(1.0, floor, share)

    return factor


def linear(warmup: float = 0.0, floor: float = 0.0) -> Schedule:
    """A straight line from 1 down to ``floor``, after a linear rise from 0 over ``warmup`` epochs.

    As with :func:`cosine`, the floor is where the training ends, a step's share below the last
    step's factor; a warm-up as long as the training leaves the rise alone.
    """

    def factor(progress: Progress) -> float:
        if progress.epoch < warmup:
            return progress.epoch / warmup
        if warmup >= progress.epochs:
            return 1.0
        share = (progress.epoch - warmup) / (progress.epochs - warmup)
        return floor + (1 - floor) * (1 - min(share, 1.0))

    return factor


def one_cycle(pct: float = 0.3, div: float = 25.0, final_div: float = 1e4) -> Schedule:
    """Rise from 1/``div`` to 1 over the share ``pct`` of the training, then fall almost to 0.

    Both ways follow half a cosine, counted in steps: of n steps, step ``pct * n - 1`` (from 0) has
    the peak, and the last has the end, 1/(``div`` * ``final_div``). Smith and Topin,
    "Super-convergence: very fast training of neural networks using large learning rates", 2018,
    in the form of torch's ``OneCycleLR``; momentum isn't cycled.

    Raises:
        BadOption: ``pct`` is 0 or 1, which leaves out one of the two ways.
    """
    if not 0 < pct < 1:
        raise BadOption(f"schedule one-cycle: pct must lie between 0 and 1, not {pct:g}.")

    def factor(progress: Progress) -> float:
        peak, last = pct * progress.steps - 1, progress.steps - 1
        if progress.step < peak:
            return _cosine_between(1 / div, 1.0, progress.step / peak)
        return _cosine_between(1.0, 1 / (div * final_div), (progress.step - peak) / (last - peak))

    return factor


def _cosine_between(start: float, end: float, share: float) -> float:
    """Half a cosine from ``start`` to ``end``, with ``share`` of the way done."""
    rest = (1 + math.cos(math.pi * min(share, 1.0))) / 2
    return end + (start - end) * rest
