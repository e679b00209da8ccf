"""Where a run is computed: device, precision, threads, and this process's place among others.

The rest of the engine asks a :class:`Runtime` which rows of a batch are its own, what all processes
have together, and whether it is the one that writes. Today there is one process. With several,
each reads the same data and goes through the same epochs and steps, and all call
:meth:`Runtime.sum` equally often and in the same order. It is the one method that a runtime of
several processes has to override; the others that need the rest of the processes use it. Gradients
are to be averaged over processes in the backward pass, as DistributedDataParallel does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dlvc_cli.config.device import no_such_device
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption

__all__ = ["Runtime", "open_runtime"]

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
    """

    device: torch.device
    precision: str
    threads: int
    rank: int = 0
    world: int = 1

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
            return module(inputs)

    def autocast(self) -> contextlib.AbstractContextManager[object]:
        """The context in which the network is called."""
        if self.precision == "fp32":
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, _DTYPES[self.precision])

    @property
    def writes(self) -> bool:
        """Whether this process writes the run's files; one does."""
        return self.rank == 0

    def shard(self, start: int, stop: int) -> tuple[int, int]:
        """Return this process's part of the rows from ``start`` to ``stop``.

        The parts of all processes follow each other, cover the rows, and differ by one row at
        most: with more processes than rows, some are empty.
        """
        count, rank, world = stop - start, self.rank, self.world
        return start + count * rank // world, start + count * (rank + 1) // world

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
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    precision = config.precision
    if precision in ("auto", "fast"):
        bf16 = _computes_in_bf16(device, on_cpu=precision == "fast")
        precision = "bf16" if bf16 else "fp32"
    if precision == "fp16" and device.type == "cpu":
        raise BadOption("--precision fp16 needs a GPU. On the CPU use fp32 or bf16.")
    if device.type == "cuda":
        torch.cuda.set_device(device)
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")
    return Runtime(device, precision, torch.get_num_threads())


def _computes_in_bf16(device: torch.device, on_cpu: bool) -> bool:
    """Whether a device has instructions for bf16, so that it doesn't only cost a conversion.

    Args:
        on_cpu: CPUs may; else they never do.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    # x86 with AVX-512, x86 with AMX, and Arm, as torch calls what they can.
    known = torch.cpu.get_capabilities() if device.type == "cpu" and on_cpu else {}
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
