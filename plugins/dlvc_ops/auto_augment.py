"""The ops trivialaugment and randaugment: changes of an image, drawn for each.

The changes and their ranges are those of torchvision's ``TrivialAugmentWide`` and ``RandAugment``.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dlvc_cli import BadOption, Draws
from dlvc_ops.changes import Change, Ranges, changed
from dlvc_ops.colour import check_grey_or_rgb
from dlvc_ops.precision import at_least_float32

__all__ = ["RANDAUGMENT", "TRIVIALAUGMENT", "RandAugment", "TrivialAugment"]

TRIVIALAUGMENT = Ranges(shear=0.99, pixels=32, share=0, degrees=135, factor=0.99, bits=6)
RANDAUGMENT = Ranges(shear=0.3, pixels=0, share=150 / 331, degrees=30, factor=0.9, bits=4)


@dataclass(frozen=True)
class TrivialAugment:
    """One change of each image, its magnitude and its sign drawn too.

    TrivialAugmentWide (Müller and Hutter, "TrivialAugment: Tuning-free yet state-of-the-art data
    augmentation", ICCV 2021).

    Args:
        bins: the number of magnitudes, equally spaced from none to the greatest.
    """

    bins: int = 31

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W), for one channel or three.

        Raises:
            BadOption: another number of channels.
        """
        check_grey_or_rgb(images, "trivialaugment")
        change = draws.integers(0, len(Change))[:, 0]
        level = draws.integers(0, self.bins)[:, 0] / (self.bins - 1)
        out = at_least_float32(images).clone()
        return changed(out, change, level, _signs(draws), TRIVIALAUGMENT).to(images.dtype)


@dataclass(frozen=True)
class RandAugment:
    """Some changes of each image, one after the other, all of one magnitude; signs are drawn too.

    Cubuk et al., "RandAugment: Practical automated data augmentation with a reduced search space",
    NeurIPS 2020.

    Args:
        ops: how many changes; the same one may be drawn again.
        magnitude: from 0 to ``bins`` - 1.

    Raises:
        BadOption: the magnitude is greater.
    """

    ops: int = 2
    magnitude: int = 9
    bins: int = 31

    def __post_init__(self) -> None:
        if self.magnitude >= self.bins:
            raise BadOption(
                f"op randaugment: magnitude ({self.magnitude}) must be below bins ({self.bins})."
            )

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W), for one channel or three.

        Raises:
            BadOption: another number of channels.
        """
        check_grey_or_rgb(images, "randaugment")
        out = at_least_float32(images).clone()
        level = torch.full((len(images),), self.magnitude / (self.bins - 1), device=images.device)
        for _ in range(self.ops):
            change = draws.integers(0, len(Change))[:, 0]
            out = changed(out, change, level, _signs(draws), RANDAUGMENT)
        return out.to(images.dtype)


def _signs(draws: Draws) -> Tensor:
    """Return 1 or -1 for each sample."""
    return draws.integers(0, 2)[:, 0] * 2 - 1
