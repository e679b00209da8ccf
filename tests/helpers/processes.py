"""Several processes of a run, played by threads that meet at a barrier."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import torch
from torch import Tensor

from dlvc_cli.training.runtime import Runtime

T = TypeVar("T")


class StopAfter:
    """Asks to stop once it has been asked so often."""

    def __init__(self, times: float) -> None:
        self._left = times

    def __call__(self) -> bool:
        self._left -= 1
        return self._left < 0

    def installed(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


@dataclass
class Meeting:
    """Where the processes hand in their tensors.

    Between two meetings one computes at a time: torch's generator is one for all threads.
    """

    world: int
    turn: threading.Lock = field(default_factory=threading.Lock)
    barrier: threading.Barrier = field(init=False)
    given: dict[int, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # Whoever waits for one that never comes fails instead.
        self.barrier = threading.Barrier(self.world, timeout=60)


@dataclass(frozen=True)
class MeetingRuntime(Runtime):
    """One of several processes; ``sum``, the one method it overrides, meets the others."""

    meeting: Meeting = field(default_factory=lambda: Meeting(1))

    def sum(self, values: Tensor) -> Tensor:
        given, barrier, turn = self.meeting.given, self.meeting.barrier, self.meeting.turn
        given[self.rank] = values.detach().clone()
        turn.release()
        try:
            barrier.wait()
            # In this way it keeps their layout in memory, which a fused optimiser relies on.
            total = functools.reduce(torch.add, [given[rank] for rank in range(self.world)])
            # Nobody hands in the next before all have read this one.
            barrier.wait()
        finally:
            turn.acquire()
        return total


def one_process() -> Runtime:
    """The runtime of a run on the CPU in one process."""
    return Runtime(torch.device("cpu"), "fp32", 1)


def in_processes(world: int, work: Callable[[MeetingRuntime], T]) -> list[T]:
    """Return what ``work`` gives in each of several processes, by rank."""
    meeting = Meeting(world)

    def run(rank: int) -> T:
        runtime = MeetingRuntime(torch.device("cpu"), "fp32", 1, rank, world, meeting)
        with meeting.turn:
            try:
                return work(runtime)
            except BaseException:
                meeting.barrier.abort()
                raise

    with ThreadPoolExecutor(world) as pool:
        return list(pool.map(run, range(world)))
