"""Deterministic arithmetic on pixels, with one value or one for each channel."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dlvc_cli import BadOption, Draws

__all__ = ["Add", "Mul", "Normalize", "per_channel"]


@dataclass(frozen=True)
class Normalize:
    """``(images - mean) / std``."""

    mean: tuple[float, ...] = (0.5,)
    std: tuple[float, ...] = (0.5,)

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W).

        Raises:
            BadOption: neither one value nor as many as there are channels.
        """
        mean = per_channel(self.mean, images, "normalize: mean")
        return (images - mean) / per_channel(self.std, images, "normalize: std")


@dataclass(frozen=True)
class Add:
    """``images + value``."""

    value: tuple[float, ...]

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """As :class:`Normalize`."""
        return images + per_channel(self.value, images, "add: value")


@dataclass(frozen=True)
class Mul:
    """``images * value``."""

    value: tuple[float, ...]

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """As :class:`Normalize`."""
        return images * per_channel(self.value, images, "mul: value")


def per_channel(values: tuple[float, ...], images: Tensor, owner: str) -> Tensor | float:
    """Return one value as a number, several as (C, 1, 1) of the images' dtype and device."""
    channels = images.shape[1]
    if len(values) == 1:
        return values[0]
    if len(values) != channels:
        raise BadOption(
            f"op {owner} has {len(values)} values, but images have {channels} channels. "
            "Give one value, or one for each channel."
        )
    # Filled on the device: a tensor made from a list would be copied there at every batch.
    return torch.stack([images.new_full((1, 1), value) for value in values])
