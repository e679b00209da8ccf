"""The seeds of a run's streams of random numbers: one place that hashes them.

The streams are named: the first weights, a new head, an epoch's order, and what a step draws from
torch's own generator. The draws of ops are none of them: they hash (seed, epoch, position) in
``contract/draws.py``, and are the same in every version.

A run records its version, and goes on with it:

1. Hashes (seed), (seed, 1), (seed, 2, epoch) and (seed, 3, epoch, step). The third may be the
   coordinates of a draw: the order of epoch e has the hash that the op at position e has in
   epoch 2. Runs that record no version have this one.
2. Hashes (seed, stream, epoch, step, rank), always all five, where draws hash three. And a seed
   says whose it is, so that no two can be the same whatever the hash does: its highest bit is set,
   as in no key of draws, and its lowest two bits are the stream's number. (The lowest, because
   torch's generator on the CPU takes 32 bits of a seed.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from dlvc_cli.contract.draws import stream_seed
from dlvc_cli.errors import RunError

__all__ = ["STREAM_VERSION", "Seeds", "Stream", "recorded_version"]

STREAM_VERSION = 2
"""That of new runs."""

_HIGHEST = 1 << 63


class Stream(IntEnum):
    """The streams, by the numbers that stand for them in hashes."""

    WEIGHTS = 0
    HEAD = 1
    ORDER = 2
    STEP = 3


@dataclass(frozen=True)
class Seeds:
    """The seeds of one run, whole numbers in [0, 2**64) for torch's generators.

    Attributes:
        seed: the run's, as ``--seed`` gives it.
        version: of the streams.
    """

    seed: int
    version: int = STREAM_VERSION

    def weights(self) -> int:
        """The seed of a network's first weights."""
        return self._of(Stream.WEIGHTS)

    def head(self) -> int:
        """The seed of a new head on weights from elsewhere."""
        return self._of(Stream.HEAD)

    def order(self, epoch: int) -> int:
        """The seed of the order of samples in an epoch, counted from 0."""
        return self._of(Stream.ORDER, epoch)

    def step(self, epoch: int, step: int, rank: int = 0) -> int:
        """The seed of dropout and the like in one process's part of a step, all from 0."""
        return self._of(Stream.STEP, epoch, step, rank)

    def _of(self, stream: Stream, epoch: int = 0, step: int = 0, rank: int = 0) -> int:
        if self.version == 1:
            return stream_seed(*self._coordinates_1(stream, epoch, step, rank))
        bits = stream_seed(self.seed, stream, epoch, step, rank)
        return _HIGHEST | bits & ~0b11 | stream

    def _coordinates_1(self, stream: Stream, epoch: int, step: int, rank: int) -> tuple[int, ...]:
        coordinates = {
            Stream.WEIGHTS: (self.seed,),
            Stream.HEAD: (self.seed, stream),
            Stream.ORDER: (self.seed, stream, epoch),
            Stream.STEP: (self.seed, stream, epoch, step),
        }[stream]
        # Runs of this version knew one process.
        return (*coordinates, rank) if rank else coordinates


def recorded_version(record: Mapping[str, Any]) -> int:
    """Return the stream version of a run's record.

    Raises:
        RunError: it is none that this dlvc knows.
    """
    version = record.get("stream_version", 1)
    if isinstance(version, bool) or version not in range(1, STREAM_VERSION + 1):
        raise RunError(
            f"The run has random streams of version {version!r}, which this dlvc does not know. "
            "Go on with the dlvc that began it, or a later one."
        )
    return int(version)
