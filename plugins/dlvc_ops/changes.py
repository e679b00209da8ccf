"""Fourteen changes of an image, each image of a batch with its own and by its own amount.

They sample to the nearest pixel, and what lies beyond the border is black: as in torchvision's
``TrivialAugmentWide`` and ``RandAugment``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum, auto

import torch
from torch import Tensor

from dlvc_ops.colour import (
    adjust_brightness,
    adjust_contrast,
    adjust_saturation,
    adjust_sharpness,
)
from dlvc_ops.levels import autocontrast, equalize, posterize, solarize
from dlvc_ops.warp import affine_nearest

__all__ = ["Change", "Ranges", "changed"]


class Change(IntEnum):
    """What may happen to an image, in the order in which they are drawn."""

    IDENTITY = 0
    SHEAR_X = auto()
    SHEAR_Y = auto()
    TRANSLATE_X = auto()
    TRANSLATE_Y = auto()
    ROTATE = auto()
    BRIGHTNESS = auto()
    COLOR = auto()
    CONTRAST = auto()
    SHARPNESS = auto()
    POSTERIZE = auto()
    SOLARIZE = auto()
    AUTO_CONTRAST = auto()
    EQUALIZE = auto()


@dataclass(frozen=True)
class Ranges:
    """The amounts of the changes at the greatest magnitude; at none they are 0.

    Args:
        shear: tangent of the angle.
        pixels, share: a translation, in pixels and as a share of the side; their sum counts.
        degrees: of a rotation.
        factor: how far the factor of brightness, colour, contrast or sharpness is from 1.
        bits: how many of eight bits a value loses.
    """

    shear: float
    pixels: float
    share: float
    degrees: float
    factor: float
    bits: int


def changed(images: Tensor, change: Tensor, level: Tensor, sign: Tensor, ranges: Ranges) -> Tensor:
    """Return images after one change each; on a CPU they may be changed in place.

    Args:
        images: (N, C, H, W) floats in [0, 1], at least float32.
        change: numbers of ``Change``, (N,).
        level: the magnitude from 0 to 1, (N,).
        sign: 1 or -1, (N,), for changes that have two directions.
    """
    apply = _on_rows if images.device.type == "cpu" else _on_all
    for chosen, function, *amounts in _steps(images, change, level, sign, ranges):
        images = apply(images, chosen, function, *amounts)
    return images


_Step = tuple[Tensor, Callable[..., Tensor]] | tuple[Tensor, Callable[..., Tensor], Tensor]


def _steps(
    images: Tensor, change: Tensor, level: Tensor, sign: Tensor, ranges: Ranges
) -> Iterator[_Step]:
    """Yield (which images, a function, its amounts for all images)."""
    warped = (change >= Change.SHEAR_X) & (change <= Change.ROTATE)
    yield warped, affine_nearest, _matrix(images, change, sign * level, ranges)
    factor = (1 + sign * level * ranges.factor).to(images.dtype)[:, None, None, None]
    yield change == Change.BRIGHTNESS, adjust_brightness, factor
    yield change == Change.COLOR, adjust_saturation, factor
    yield change == Change.CONTRAST, adjust_contrast, factor
    yield change == Change.SHARPNESS, adjust_sharpness, factor
    level = level[:, None, None, None]
    yield change == Change.POSTERIZE, posterize, (level * ranges.bits).round()
    yield change == Change.SOLARIZE, solarize, 1 - level
    yield change == Change.AUTO_CONTRAST, autocontrast
    yield change == Change.EQUALIZE, equalize


def _matrix(images: Tensor, change: Tensor, amount: Tensor, ranges: Ranges) -> Tensor:
    """Return where each image's pixels come from, float32 (N, 6), as ``affine_nearest`` takes it.

    ``amount`` is the signed magnitude, (N,). Shears keep the upper left corner where it is,
    rotations the centre.
    """
    height, width = images.shape[2:]

    def only(which: Change, value: Tensor) -> Tensor:
        return value * (change == which)

    angle = only(Change.ROTATE, amount * math.radians(ranges.degrees))
    shear_x = only(Change.SHEAR_X, amount * ranges.shear)
    shear_y = only(Change.SHEAR_Y, amount * ranges.shear)
    right = only(Change.TRANSLATE_X, (amount * (ranges.pixels + ranges.share * width)).trunc())
    down = only(Change.TRANSLATE_Y, (amount * (ranges.pixels + ranges.share * height)).trunc())
    cos, sin = angle.cos(), angle.sin()
    rows = (
        (cos, shear_x - sin, shear_x * (height / 2) - right),
        (shear_y + sin, cos, shear_y * (width / 2) - down),
    )
    return torch.stack([entry for row in rows for entry in row], dim=1)


def _on_rows(
    images: Tensor, chosen: Tensor, function: Callable[..., Tensor], *amounts: Tensor
) -> Tensor:
    """Change those that are ``chosen`` (N,), each by its own amounts, in place."""
    (rows,) = chosen.nonzero(as_tuple=True)
    if len(rows):
        images[rows] = function(images[rows], *(amount[rows] for amount in amounts))
    return images


def _on_all(
    images: Tensor, chosen: Tensor, function: Callable[..., Tensor], *amounts: Tensor
) -> Tensor:
    """As ``_on_rows``, but nothing waits for the number of those chosen."""
    return torch.where(chosen[:, None, None, None], function(images, *amounts), images)
