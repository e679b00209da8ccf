"""The precision in which ops compute."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["at_least_float32"]


def at_least_float32(images: Tensor) -> Tensor:
    """Return half-precision images as float32, others as they are."""
    return images.to(torch.promote_types(images.dtype, torch.float32))
