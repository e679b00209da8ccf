"""Where a run is computed: device, precision, threads, and the place among processes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption

__all__ = ["Runtime", "open_runtime"]

_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True)
class Runtime:
    """Where and how tensors are computed.

    Attributes:
        device: of network and batches.
        precision: ``fp32``, ``bf16`` or ``fp16``; the last two by autocast, weights in fp32.
        threads: CPU threads.
        rank, world: this process's number and how many there are.
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


def open_runtime(config: TrainConfig) -> Runtime:
    """Choose the device and set up this process for it.

    Raises:
        BadOption: there is no such device here, or it doesn't have this precision.
    """
    device = _device(config.device)
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    precision = config.precision
    if precision == "auto":
        bf16 = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
        precision = "bf16" if bf16 else "fp32"
    if precision == "fp16" and device.type == "cpu":
        raise BadOption("--precision fp16 needs a GPU. On the CPU use fp32 or bf16.")
    if device.type == "cuda":
        torch.cuda.set_device(device)
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")
    return Runtime(device, precision, torch.get_num_threads())


def _device(name: str) -> torch.device:
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", torch.cuda.current_device())
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError:
        raise BadOption(
            f"--device: there is no {name!r}. Use auto, cpu, cuda, cuda:1 or mps."
        ) from None
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
