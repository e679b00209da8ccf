"""Batch norm where several processes share a batch."""

from __future__ import annotations

import sys
from collections.abc import Generator
from typing import Any

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.events import Notice
from dlvc_cli.training.runtime import Runtime

__all__ = ["settle_batch_norm"]


def settle_batch_norm(
    network: nn.Module, config: TrainConfig, runtime: Runtime
) -> Generator[Notice, None, nn.Module]:
    """Let batch norm see the whole batch of several processes, or say that it sees a part of it.

    Returns:
        The network, whose batch norms may be others, with the same names, parameters and buffers.
    """
    if runtime.world == 1 or not any(isinstance(m, _BatchNorm) for m in network.modules()):
        return network
    if config.sync_bn:
        synchronised: nn.Module = _converter()(network)
        return synchronised
    images = runtime.least(config.batch_size)
    how = " --sync-bn takes all of them." if runtime.device.type == "cuda" else ""
    yield Notice(
        text=f"Batch norm takes its statistics from each process's own images, {images} of "
        f"{config.batch_size} a step, so the run is not that of another number of processes.{how}"
    )
    return network


def _converter() -> Any:
    """torch's, or timm's, which knows its own batch norms with an activation; if timm is in use."""
    layers: Any = sys.modules.get("timm.layers")
    torchs = nn.SyncBatchNorm.convert_sync_batchnorm
    return getattr(layers, "convert_sync_batchnorm", torchs)
