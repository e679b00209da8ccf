"""Sampling images at other places: the ops rotate and scale, and affine maps."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from dlvc_cli import BadOption, Draws
from dlvc_ops.precision import at_least_float32

__all__ = ["Rotate", "Scale", "affine_nearest", "sample"]

_GRID_PADDING = {"constant": "zeros", "reflect": "reflection", "replicate": "border"}


@dataclass(frozen=True)
class Rotate:
    """Rotate counter-clockwise by an angle uniform in [-degrees, degrees], bilinearly."""

    degrees: float = 15.0
    mode: str = "constant"

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        limit = math.radians(self.degrees)
        angle = draws.uniform(low=-limit, high=limit)[:, :, None]
        return rotate(images, angle, self.mode)


@dataclass(frozen=True)
class Scale:
    """Zoom by a factor uniform in [low, high], bilinearly; above 1 enlarges.

    Shrinking isn't antialiased: meant for factors near 1.

    Raises:
        BadOption: ``low`` is above ``high``.
    """

    low: float = 0.8
    high: float = 1.2
    mode: str = "constant"

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise BadOption(f"op scale: low ({self.low:g}) must not be above high ({self.high:g}).")

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        factor = draws.uniform(low=self.low, high=self.high)[:, :, None]
        x, y = _centred(images)
        return sample(images, x / factor, y / factor, self.mode)


def rotate(images: Tensor, angle: Tensor, mode: str = "constant") -> Tensor:
    """Rotate images counter-clockwise by ``angle`` in radians, (N, 1, 1)."""
    x, y = _centred(images)
    cos, sin = angle.cos(), angle.sin()
    return sample(images, cos * x - sin * y, sin * x + cos * y, mode)


def affine_nearest(images: Tensor, matrix: Tensor) -> Tensor:
    """Show at (x, y) the pixel nearest to (a x + b y + c, d x + e y + f), black if there is none.

    Args:
        images: (N, C, H, W).
        matrix: a, b, c, d, e, f, float32 (N, 6); places are in pixels from the image's centre.
    """
    height, width = images.shape[2:]
    a, b, c, d, e, f = matrix[:, :, None, None].unbind(1)
    x, y = _centred(images)
    column = (a * x + b * y + c + (width - 1) / 2).round().long()
    row = (d * x + e * y + f + (height - 1) / 2).round().long()
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    place = row.clamp(0, height - 1) * width + column.clamp(0, width - 1)
    index = place.flatten(1)[:, None].expand(-1, images.shape[1], -1)
    found = images.flatten(2).gather(2, index).view(images.shape)
    return found * inside[:, None]


def _centred(images: Tensor) -> tuple[Tensor, Tensor]:
    """Return x (1, 1, W) and y (1, H, 1) of the pixels, in pixels from the centre."""
    height, width = images.shape[2:]
    x = torch.arange(width, device=images.device) - (width - 1) / 2
    y = torch.arange(height, device=images.device) - (height - 1) / 2
    return x[None, None, :], y[None, :, None]


def sample(images: Tensor, x: Tensor, y: Tensor, mode: str) -> Tensor:
    """Interpolate at x (N or 1, 1 or rows, columns) and y (N or 1, rows, 1 or columns).

    Both are in pixels from the centre; the result is (N, C, rows, columns). ``mode`` says what lies
    beyond the border.
    """
    height, width = images.shape[2:]
    # With aligned corners grid_sample mirrors at the outer pixels' centres, as padding does;
    # without, at their outer edges, which would show those pixels twice.
    aligned = mode == "reflect"
    span_x, span_y = max(width - aligned, 1), max(height - aligned, 1)
    work = at_least_float32(images)
    shape = (len(images), y.shape[1], x.shape[2])
    grid = torch.stack([(x * (2 / span_x)).expand(shape), (y * (2 / span_y)).expand(shape)], dim=-1)
    sampled = F.grid_sample(
        work,
        grid.to(work.dtype),
        mode="bilinear",
        padding_mode=_GRID_PADDING[mode],
        align_corners=aligned,
    )
    return sampled.to(images.dtype)
