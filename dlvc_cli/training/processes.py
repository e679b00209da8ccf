"""A run in several processes: they meet, share the work of each step, and miss one that is gone.

``torch.distributed`` as it is: gloo on CPUs, NCCL on GPUs; torchrun starts the processes and says
where they meet. DistributedDataParallel averages gradients in the backward pass.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import itertools
import os
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from dlvc_cli.config.place import Place, place_of
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption, DlvcError, LostProcess, RunError, cause_of
from dlvc_cli.training.meeting_place import open_store, word_of_end
from dlvc_cli.training.members import Members, Word
from dlvc_cli.training.runtime import Runtime, open_runtime
from dlvc_cli.training.throttle import LateAnswers

__all__ = ["ProcessRuntime", "join_processes"]

# Seconds: for all processes to start, and for a process to wait for another that works.
_TO_MEET = 300
_TO_WORK = 1800
# Seconds in which it shows which process a broken connection led to, and in which a call that
# waits for it ends.
_TO_SHOW, _TO_NOTICE = 10.0, 5.0

# A process may train several times: each time they meet under another name.
_meetings = itertools.count()


@dataclass(frozen=True)
class ProcessRuntime(Runtime):
    """One of several processes, each with a device of its own."""

    members: Members = dataclasses.field(kw_only=True)
    late: LateAnswers = dataclasses.field(kw_only=True)
    turns: Iterator[int] = dataclasses.field(default_factory=itertools.count)
    rescues: list[Callable[[DlvcError], DlvcError]] = dataclasses.field(default_factory=list)

    def attend(self, rescue: Callable[[DlvcError], DlvcError]) -> None:
        self.rescues[:] = [rescue]

    def sum(self, values: Tensor) -> Tensor:
        total = values.clone()
        dist.all_reduce(total)
        return total

    def in_turn(self, work: Generator[Any, None, Any], kept: bool) -> Generator[Any, None, Any]:
        if not kept:
            return (yield from work)
        first = self.rank - place_of().local_rank
        # What a process goes through in turn, all do, in the same order.
        what = f"turn {next(self.turns)}"
        if self.rank != first and (failed := self.members.await_told(what, first)) is not None:
            # The one that failed tells of it.
            raise self._said(*failed, told=True)
        result = yield from work
        if self.rank == first:
            self.members.tell(what)
        return result

    def any_lately(self, true_here: bool) -> bool:
        if self.device.type != "cuda":
            return self.any(true_here)
        # Made on the device: what is copied there waits for it.
        made = torch.ones if true_here else torch.zeros
        return self.late.read(self.sum(made((), device=self.device)))

    def wrap(self, module: nn.Module, unused: bool) -> nn.Module:
        return DistributedDataParallel(
            module,
            device_ids=[self.device] if self.device.type == "cuda" else None,
            find_unused_parameters=unused,
            gradient_as_bucket_view=True,
        )

    def lost(self, error: Exception) -> DlvcError | None:
        if isinstance(error, DlvcError) or not isinstance(error, RuntimeError):
            return None
        self.members.noticed.set()
        # One that failed has said so before it went.
        return self._found([]) or self._found(self.members.missed(_TO_SHOW))

    def give_up(self) -> None:
        """End this process where another is missed, for which it may wait in vain; in a thread.

        A call that waits ends with an error, as a rule, which the main thread knows what to do
        with. gloo's may go on waiting: then all is saved from here.
        """
        _abort()
        if self.members.noticed.wait(_TO_NOTICE):
            return
        missed = self.members.missed(0)
        error = self._found(missed) or LostProcess("Another process is gone.")
        for rescue in self.rescues:
            error = rescue(error)
        if self.rank == self.heir():
            with contextlib.suppress(OSError):
                os.write(2, f"\nerror: {error}\n".encode())
        os._exit(error.exit_code)

    def heir(self) -> int:
        return min({*range(self.world)} - {*self.members.missed(0)})

    def _found(self, missed: list[int]) -> DlvcError | None:
        """What to say of processes that are missed, or that left a word."""
        failed = self.members.failed()
        if failed is not None:
            return self._said(*failed)
        if not missed:
            return None
        names = ", ".join(map(self.members.name, missed))
        have = "has" if len(missed) == 1 else "have"
        return LostProcess(f"{names} {have} ended without a word: killed, or the machine is gone.")

    def _said(self, rank: int, word: Word, told: bool = False) -> LostProcess:
        text = f"{self.members.name(rank)} failed: {word.text}"
        return LostProcess(text, code=word.code, told=told)


def join_processes(config: TrainConfig, held: ExitStack) -> Runtime:
    """Set up this process, and meet the others of the run, if there are any.

    Args:
        held: leaves them when it is closed.

    Raises:
        BadOption: the device can't be had here, or others were given something else.
        RunError: the others don't come.
    """
    place = place_of()
    if place.world == 1:
        return open_runtime(config)
    if config.sync_bn and _device(config.device, place) == "cpu":
        raise BadOption("--sync-bn needs GPUs: leave it out, or train in one process.")
    config = dataclasses.replace(
        config, device=_device(config.device, place), threads=config.threads or _share(place)
    )
    alone = open_runtime(config)
    try:
        members = _meet(place, alone, held)
    except (RuntimeError, ValueError) as error:
        where = f"{os.environ['MASTER_ADDR']}:{os.environ['MASTER_PORT']}"
        raise RunError(
            f"The {place.world} processes of the run did not meet at {where}: {error}"
        ) from error
    common = {field.name: getattr(alone, field.name) for field in dataclasses.fields(Runtime)}
    common |= {"rank": place.rank, "world": place.world}
    runtime = ProcessRuntime(**common, members=members, late=LateAnswers(alone.device))
    members.watch(runtime.give_up)
    return runtime


def _meet(place: Place, alone: Runtime, held: ExitStack) -> Members:
    # torchrun keeps one store for all its starts of the processes.
    name = f"dlvc/{place.restarts}/{next(_meetings)}"
    store = open_store(place, _TO_MEET, first=True)
    beats = open_store(place, _TO_MEET)
    _await_others(place, store, name)
    members = Members(
        dist.PrefixStore(name, store), dist.PrefixStore(name, beats), place.rank, place.world
    )
    dist.init_process_group(
        "nccl" if alone.device.type == "cuda" else "gloo",
        store=dist.PrefixStore(f"{name}/group", store),
        rank=place.rank,
        world_size=place.world,
        timeout=datetime.timedelta(seconds=_TO_WORK),
    )
    held.push(_leaving(members))
    return members


def _await_others(place: Place, store: Any, name: str) -> None:
    """Wait until all are there, so that a signal or an error of one of them ends the wait.

    Raises:
        LostProcess: one has ended for an error of its own.
        RunError: they don't come.
    """
    store.set(f"{name}/here/{place.rank}", "")
    until = time.monotonic() + _TO_MEET
    absent = list(range(place.world))
    while absent := [rank for rank in absent if not store.check([f"{name}/here/{rank}"])]:
        for rank in absent:
            if (text := word_of_end(store, place, rank)) is not None:
                raise LostProcess(f"Process {rank + 1} of {place.world} failed: {text}", code=1)
        if time.monotonic() > until:
            numbers = ", ".join(str(rank + 1) for rank in absent)
            raise RunError(
                f"Of the {place.world} processes of the run, these did not come within "
                f"{_TO_MEET} seconds: {numbers}."
            )
        time.sleep(0.1)


def _leaving(members: Members) -> Any:
    def leave(kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, Exception) and not isinstance(error, LostProcess):
            text = str(error) if isinstance(error, DlvcError) else cause_of(error)
            members.leave_word(text, getattr(error, "exit_code", 1))
        members.leave()
        with contextlib.suppress(Exception):
            if error is None:
                dist.destroy_process_group()
            else:
                _abort()

    return leave


def _abort() -> None:
    """End every collective call that waits, with an error."""
    with contextlib.suppress(Exception):
        dist.distributed_c10d._abort_process_group()


def _device(name: str, place: Place) -> str:
    """The device of this process: of GPUs, one each."""
    kind = name.partition(":")[0]
    gpus = torch.cuda.device_count()
    if ":" in name:
        raise BadOption(f"--device {name}: of several processes, each takes a GPU. Say {kind}.")
    if kind == "mps":
        raise BadOption("--device mps: several processes run on CPUs or on CUDA's GPUs.")
    if kind == "cpu" or (kind == "auto" and not gpus):
        return "cpu"
    if 0 < gpus < place.local_world:
        raise BadOption(
            f"There are {place.local_world} processes here and {gpus} GPUs, one for each. Say "
            f"--nproc-per-node={gpus}, or --device cpu."
        )
    return f"cuda:{place.local_rank}"


def _share(place: Place) -> int:
    """The CPU threads of one process: an even share of this machine's cores."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, (cores or 1) // place.local_world)
