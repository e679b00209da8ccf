"""Where a run is computed: device, precision, threads, and this process's place among others.

The rest of the engine asks a :class:`Runtime` which rows of a batch are its own, what all processes
have together, and whether it is the one that writes. Of several processes (``processes.py``),
each reads the same data and goes through the same epochs and steps, and all call
:meth:`Runtime.sum` equally often and in the same order: all that needs the others is made of it,
but for the gradients, which :meth:`Runtime.wrap` has averaged in the backward pass.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from dlvc_cli.config.device import no_such_device
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption, DlvcError
from dlvc_cli.training.allocator import keep_freed_memory
from dlvc_cli.training.whole_draws import WholeBatchDraws

__all__ = ["Runtime", "has_bf16", "open_runtime"]

_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
# Bytes of a text that processes tell each other: no path is longer.
_LONGEST = 4096


@dataclass(frozen=True)
class Runtime:
    """Where and how tensors are computed, and this process's share of them.

    Batch normalisation and ops that mix samples see this process's rows of a batch alone.

    Attributes:
        device: of network and batches.
        precision: ``fp32``, ``bf16`` or ``fp16``; the last two by autocast, weights in fp32.
        threads: CPU threads.
        rank, world: this process's number, from 0, and how many there are.
        compiled: whether networks are compiled.
    """

    device: torch.device
    precision: str
    threads: int
    rank: int = 0
    world: int = 1
    compiled: bool = False

    @property
    def device_name(self) -> str:
        if self.device.type == "cuda":
            return torch.cuda.get_device_name(self.device)
        return "CPU" if self.device.type == "cpu" else str(self.device)

    @property
    def device_memory(self) -> int | None:
        """Bytes of the GPU's memory; None elsewhere."""
        if self.device.type != "cuda":
            return None
        return int(torch.cuda.get_device_properties(self.device).total_memory)

    @property
    def memory_format(self) -> torch.memory_format:
        """The layout in which convolutions run fastest on this device."""
        return torch.contiguous_format if self.device.type == "mps" else torch.channels_last

    def call(self, module: Callable[[Tensor], Any], inputs: Tensor) -> Any:
        """Call a network or its head, in the layout and arithmetic of this runtime.

        Args:
            inputs: images or maps of features (N, C, H, W), or features (N, ...).
        """
        if inputs.ndim == 4:
            inputs = inputs.contiguous(memory_format=self.memory_format)
        with self.autocast():
            if not self.captures:
                return module(inputs)
            torch.compiler.cudagraph_mark_step_begin()
            outputs = module(inputs)
            # The next call writes into the same place.
            return (
                tuple(o.clone() for o in outputs) if isinstance(outputs, tuple) else outputs.clone()
            )

    @property
    def captures(self) -> bool:
        """Whether compiled networks are captured as CUDA graphs, of one process alone."""
        return self.compiled and self.device.type == "cuda" and self.world == 1

    def autocast(self) -> contextlib.AbstractContextManager[object]:
        """The context in which the network is called."""
        if self.precision == "fp32":
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, _DTYPES[self.precision])

    @property
    def writes(self) -> bool:
        """Whether this process writes the run's files; one does."""
        return self.rank == 0

    def in_turn(self, work: Generator[Any, None, Any], kept: bool) -> Generator[Any, None, Any]:
        """Go through work that all do; where it is kept on disk, it saves the others the same.

        Args:
            kept: whether it is: then the first of the processes on a machine does it first, alone.
        """
        return (yield from work)

    def shard(self, start: int, stop: int) -> tuple[int, int]:
        """Return this process's part of the rows from ``start`` to ``stop``.

        The parts of all processes follow each other, cover the rows, and differ by one row at
        most: with more processes than rows, some are empty.
        """
        count, rank, world = stop - start, self.rank, self.world
        return start + count * rank // world, start + count * (rank + 1) // world

    def part(self, count: int) -> slice:
        """This process's part of a batch, of one row at least.

        Where there are fewer rows than processes, it may be another's, and counts for nothing.
        """
        first, last = self.shard(0, count)
        return slice(first, max(last, first + 1))

    def least(self, count: int) -> int:
        """Rows of the smallest part of ``count``; 1 where some are empty, as something is run."""
        return max(1, count // self.world)

    def sum(self, values: Tensor) -> Tensor:
        """Return the sum over processes of tensors of one shape, not to be written into.

        Args:
            values: this process's, on its device; left as they are.
        """
        return values

    def mean(self, losses: Tensor, count: int) -> Tensor:
        """Return what is to be minimised here, so that all minimise the mean over a batch.

        The sum here times ``world`` over ``count``: averaged over processes, it is the mean over
        the whole batch, and so are its gradients, however uneven the shards.

        Args:
            losses: of this process's rows of the batch (n,).
            count: rows of the whole batch.
        """
        if self.world == 1:
            return losses.mean()
        return losses.sum() * (self.world / count)

    def average(self, value: Tensor) -> Tensor:
        """Return the average over processes of tensors of one shape."""
        return value if self.world == 1 else self.sum(value) / self.world

    def any(self, true_here: bool) -> bool:
        """Whether it is true in any process."""
        if self.world == 1:
            return true_here
        return bool(self.sum(torch.tensor(int(true_here), device=self.device)))

    def drawing(self, count: int, part: slice) -> contextlib.AbstractContextManager[object]:
        """The context in which a network is trained on a part of a batch.

        What it draws for these rows is what one process would have drawn for them.

        Args:
            count: rows of the whole batch.
        """
        if self.world == 1 or self.compiled:
            return contextlib.nullcontext()
        return WholeBatchDraws(count, part)

    @property
    def stream(self) -> int:
        """The number of the stream that a network draws from: one for all where they can share it.

        What a compiled network draws can't be led: each process has a stream of its own then.
        """
        return self.rank if self.compiled else 0

    def any_lately(self, true_here: bool) -> bool:
        """Whether it was true in any process, asked after each step; all hear it after the same.

        On a GPU, a few steps late: nobody waits for the device.
        """
        return self.any(true_here)

    def align(self, tensors: Iterable[Tensor]) -> None:
        """Write into tensors what the process that writes has in its own."""
        if self.world == 1:
            return
        with torch.no_grad():
            for tensor in tensors:
                tensor.copy_(self.sum(tensor if self.writes else torch.zeros_like(tensor)))

    def wrap(self, module: nn.Module, unused: bool) -> nn.Module:
        """Return what is called in a module's place in training, so that gradients are averages.

        Args:
            unused: whether some of its parameters take no part in the loss.
        """
        return module

    def attend(self, rescue: Callable[[DlvcError], DlvcError]) -> None:
        """Have something done where another process is gone and nothing can be raised here.

        Args:
            rescue: saves what can be; takes and returns what is to be said. Called in a thread.
        """

    def heir(self) -> int:
        """The first of the processes that are still there."""
        return 0

    def lost(self, error: Exception) -> DlvcError | None:
        """What to say of an error that comes of the end of another process; None of any other."""
        return None

    def greatest(self, number: int) -> int:
        """Return the greatest of the processes' numbers, each from 0 to 255."""
        if self.world == 1:
            return number
        given = torch.zeros(256, dtype=torch.int64, device=self.device)
        given[number] = 1
        return int(self.sum(given).nonzero().max())

    def text_of_writer(self, text: str) -> str:
        """Return the ``text`` of the process that writes, at most 4 kB of it."""
        if self.world == 1:
            return text
        letters = torch.zeros(_LONGEST, dtype=torch.int64, device=self.device)
        if self.writes:
            encoded = text.encode()[:_LONGEST]
            letters[: len(encoded)] = torch.tensor(list(encoded), device=self.device)
        return bytes(self.sum(letters).tolist()).rstrip(b"\0").decode(errors="ignore")


def open_runtime(config: TrainConfig) -> Runtime:
    """Choose the device and set up this process for it.

    Raises:
        BadOption: there is no such device here, or it doesn't have this precision.
    """
    device = _device(config.device)
    if device.type == "cpu":
        keep_freed_memory()
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    precision = config.precision
    if precision in ("auto", "fast"):
        # On a CPU, what auto is may be settled by a measurement (chosen_precision.py).
        known = has_bf16(device) and (device.type != "cpu" or precision == "fast")
        precision = "bf16" if known else "fp32"
    if precision == "fp16" and device.type == "cpu":
        raise BadOption("--precision fp16 needs a GPU. On the CPU use fp32 or bf16.")
    if device.type == "cuda":
        torch.cuda.set_device(device)
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")
    return Runtime(device, precision, torch.get_num_threads(), compiled=config.compile)


def has_bf16(device: torch.device) -> bool:
    """Whether a device has instructions for bf16, so that it doesn't only cost a conversion."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    # x86 with AVX-512, x86 with AMX, and Arm, as torch calls what they can.
    known = torch.cpu.get_capabilities() if device.type == "cpu" else {}
    return any(known.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def _device(name: str) -> torch.device:
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", torch.cuda.current_device())
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise no_such_device(name) from None
    available = {
        "cpu": True,
        "cuda": torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not available.get(device.type, False):
        raise BadOption(f"--device: there is no {name} on this machine. Use auto or cpu.")
    if device.type == "cuda" and device.index is None:
        device = torch.device("cuda", torch.cuda.current_device())
    return device
