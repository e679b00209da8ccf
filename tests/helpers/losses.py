"""What the tests of losses share: building one, and logits with their targets."""

from __future__ import annotations

import torch
from dlvc_losses.losses import Loss
from torch import Tensor

from dlvc_cli.registry.registry import registry


def build(text: str) -> Loss:
    return registry().choose("losses", text).build()


def example(samples: int = 6, classes: int = 3, seed: int = 0) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    logits = 3 * torch.randn(samples, classes, generator=generator, dtype=torch.float64)
    return logits, torch.arange(samples) % classes
