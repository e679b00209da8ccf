"""Changes of an image's levels: fewer of them, inverted, spread out.

Images are (N, C, H, W) floats in [0, 1] of float32 or float64. Where whole levels matter they are
the 256 of a file's image, to which values are rounded.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["autocontrast", "equalize", "posterize", "solarize"]

_HIGHEST = 255
# Rounding is not to decide about a threshold that is itself one of the levels.
_MARGIN = 1e-5


def posterize(images: Tensor, lost: Tensor) -> Tensor:
    """Set the lowest ``lost`` of each value's eight bits to 0; ``lost`` is (N, 1, 1, 1)."""
    step = torch.exp2(lost)
    return (_whole(images) / step).floor() * step / _HIGHEST


def solarize(images: Tensor, threshold: Tensor) -> Tensor:
    """Invert the values from ``threshold`` (N, 1, 1, 1) up."""
    return torch.where(images >= threshold - _MARGIN, 1 - images, images)


def autocontrast(images: Tensor) -> Tensor:
    """Stretch each channel's range to [0, 1]; one of a single value stays as it is."""
    low, high = images.amin((2, 3), keepdim=True), images.amax((2, 3), keepdim=True)
    flat = high == low
    return torch.where(flat, images, (images - low) / torch.where(flat, 1, high - low))


def equalize(images: Tensor) -> Tensor:
    """Spread each channel's values so that all levels are about equally frequent, as Pillow does.

    A channel stays as it is where its values other than the greatest are fewer than 255.
    """
    values = _whole(images).long().flatten(2)
    counts = values.new_zeros((*values.shape[:2], _HIGHEST + 1))
    counts.scatter_add_(2, values, torch.ones_like(values))
    greatest = values.amax(2, keepdim=True)
    step = (values.shape[2] - counts.gather(2, greatest)) // _HIGHEST
    # A value becomes the number of steps that the pixels below it make, rounded.
    below = counts.cumsum(2) - counts
    levels = ((below + step // 2) // step.clamp(min=1)).clamp(0, _HIGHEST)
    spread = levels.gather(2, values).view(images.shape).to(images.dtype) / _HIGHEST
    return torch.where(step[..., None] == 0, images, spread)


def _whole(images: Tensor) -> Tensor:
    return (images * _HIGHEST).round().clamp(0, _HIGHEST)
