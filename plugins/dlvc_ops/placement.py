"""Ops that move whole pixels or change the size: flip, crop, resize."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from dlvc_cli import BadOption, Draws, Op, Variants
from dlvc_ops.precision import at_least_float32

__all__ = ["CentreCrop", "Crop", "Flip", "Resize", "crop", "flip"]


@dataclass(frozen=True)
class Flip:
    """Mirror some of the images left and right.

    Args:
        p: the probability; or ``alternate``, which mirrors each image in every other epoch, and
            draws once for it whether in the first (Jordan, "94% on CIFAR-10 in 3.29 seconds on a
            single GPU", 2024, arXiv:2404.00498).
    """

    p: float | str = 0.5

    def mirrored(self, draws: Draws) -> Tensor:
        """Return which images are mirrored, bool (N,)."""
        if isinstance(self.p, str):
            return draws.of_all_epochs().chance(0.5) ^ (draws.epoch % 2 == 1)
        return draws.chance(self.p)

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        kept = (~self.mirrored(draws)).to(images.dtype)[:, None, None, None]
        # Weights of 0 and 1 choose exactly, and faster than torch.where, which isn't vectorised
        # for one condition an image.
        return images.flip(3).lerp_(images, kept)


def flip(p: float | str = 0.5) -> Op:
    """:class:`Flip` and its two variants of an image: as it is, or mirrored."""
    op = Flip(p)
    return Op(apply=op, variants=Variants(count=2, draw=lambda draws: op.mirrored(draws).long()))


@dataclass(frozen=True)
class _Padded:
    """A window in padded images.

    Args:
        size: its height and width; None: the images' own before padding.
        pad: pixels added on each side.
        mode: ``constant`` (zeros), ``reflect`` or ``replicate``, as in ``torch.nn.functional.pad``.
    """

    size: tuple[int, int] | None = None
    pad: int = 4
    mode: str = "constant"

    def _pad(self, images: Tensor) -> tuple[Tensor, int, int]:
        """Return the padded images and the window's height and width.

        Raises:
            BadOption: the window doesn't fit, or the images are too small to be mirrored.
        """
        pad, (height, width) = self.pad, images.shape[2:]
        rows, columns = self.size or (height, width)
        if rows > height + 2 * pad or columns > width + 2 * pad:
            raise BadOption(
                f"op crop: a crop of {rows}x{columns} doesn't fit into images of "
                f"{height}x{width} padded by {pad}. Choose a smaller size or a larger pad."
            )
        if self.mode == "reflect" and pad >= min(height, width):
            raise BadOption(
                f"op crop: images of {height}x{width} can't be mirrored over {pad} pixels. "
                "Choose a smaller pad or mode=replicate."
            )
        padded = F.pad(images, (pad, pad, pad, pad), self.mode) if pad else images
        return padded, rows, columns


class Crop(_Padded):
    """Cut out a window at one of the (H + 2 pad - rows + 1) x (W + 2 pad - columns + 1) places."""

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """(N, C, H, W) -> (N, C, rows, columns)."""
        padded, rows, columns = self._pad(images)
        top = draws.integers(0, padded.shape[2] - rows + 1)[:, 0]
        left = draws.integers(0, padded.shape[3] - columns + 1)[:, 0]
        # A view of every possible window; only those drawn are copied.
        windows = padded.unfold(2, rows, 1).unfold(3, columns, 1)
        return windows[torch.arange(len(images), device=images.device), :, top, left]


class CentreCrop(_Padded):
    """What stands in for :class:`Crop` outside training: the window in the middle."""

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """(N, C, H, W) -> (N, C, rows, columns), the size that ``Crop`` gives."""
        padded, rows, columns = self._pad(images)
        top = (padded.shape[2] - rows) // 2
        left = (padded.shape[3] - columns) // 2
        return padded[:, :, top : top + rows, left : left + columns].contiguous()


def crop(size: tuple[int, int] | None = None, pad: int = 4, mode: str = "constant") -> Op:
    """:class:`Crop`, and :class:`CentreCrop` outside training."""
    return Op(apply=Crop(size, pad, mode), stand_in=CentreCrop(size, pad, mode))


@dataclass(frozen=True)
class Resize:
    """Resize to ``size`` (height, width), antialiased where it shrinks.

    Args:
        mode: ``bilinear``, ``bicubic`` (may overshoot [0, 1] a little at edges), or ``nearest``
            (pixel centres as in scikit-image and Pillow; nothing is averaged).
    """

    size: tuple[int, int]
    mode: str = "bilinear"

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """(N, C, H, W) -> (N, C, *size)."""
        work = at_least_float32(images)
        if self.mode == "nearest":
            return F.interpolate(work, self.size, mode="nearest-exact").to(images.dtype)
        resized = F.interpolate(work, self.size, mode=self.mode, antialias=True)
        return resized.to(images.dtype)
