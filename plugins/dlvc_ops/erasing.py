"""Ops that overwrite a part of each image: erase, cutout."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dlvc_cli import BadOption, Draws
from dlvc_ops.arithmetic import per_channel
from dlvc_ops.boxes import inside

__all__ = ["Cutout", "Erase"]

_TRIES = 10


@dataclass(frozen=True)
class Erase:
    """Overwrite one rectangle of each image with probability ``p``.

    Zhong et al., "Random erasing data augmentation", arXiv 1708.04896, 2017. Its area and its
    height / width are uniform, as in the paper; of ten draws the first that fits into the image
    counts, and if none does the image stays as it is.

    Args:
        low, high: range of the area, as a share of the image's.
        ratio: the height / width is in [ratio, 1 / ratio].
        fill: ``noise``: a value for each pixel and channel, in 256 steps, as in the paper;
            ``color``: one for each channel; ``zero``.

    Raises:
        BadOption: ``low`` is above ``high``.
    """

    p: float = 0.5
    low: float = 0.02
    high: float = 0.4
    ratio: float = 0.3
    fill: str = "noise"

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise BadOption(f"op erase: low ({self.low:g}) must not be above high ({self.high:g}).")

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W)."""
        height, width = images.shape[2:]
        chosen = draws.chance(self.p)
        area = draws.uniform(_TRIES, self.low, self.high) * (height * width)
        ratio = draws.uniform(_TRIES, self.ratio, 1 / self.ratio)
        rows = (area * ratio).sqrt().round().clamp(min=1)
        columns = (area / ratio).sqrt().round().clamp(min=1)
        fits = (rows <= height) & (columns <= width)
        first = fits.int().argmax(dim=1, keepdim=True)
        rows, columns = rows.gather(1, first)[:, 0], columns.gather(1, first)[:, 0]
        place = draws.uniform(2)
        top = (place[:, 0] * (height - rows + 1)).floor()
        left = (place[:, 1] * (width - columns + 1)).floor()
        chosen = chosen & fits.any(dim=1)
        box = inside(images, top, torch.where(chosen, top + rows, top), left, left + columns)
        return torch.where(box, self._filling(images, draws), images)

    def _filling(self, images: Tensor, draws: Draws) -> Tensor:
        """Return what rectangles show, of a shape that broadcasts to the images'."""
        shape = images.shape
        if self.fill == "zero":
            return images.new_zeros(())
        if self.fill == "color":
            return draws.uniform(shape[1])[:, :, None, None].to(images.dtype)
        # Each draw of 64 bits gives eight values.
        count = shape[1:].numel()
        values = draws.bits(-(-count // 8)).view(torch.uint8)[:, :count]
        return values.reshape(shape).to(images.dtype) / 255


@dataclass(frozen=True)
class Cutout:
    """Overwrite a square of ``size`` pixels (DeVries and Taylor, arXiv 1708.04552, 2017).

    Its centre is uniform over the image, so that the square may lie partly outside.

    Args:
        fill: the square's value, one or one for each channel. The paper fills with the mean of the
            data, to which the default is near.
        p: the probability of a square.
    """

    size: int = 8
    fill: tuple[float, ...] = (0.5,)
    p: float = 1.0

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W).

        Raises:
            BadOption: ``fill`` has neither one value nor as many as there are channels.
        """
        height, width = images.shape[2:]
        fill = per_channel(self.fill, images, "cutout: fill")
        chosen = draws.chance(self.p)
        top = draws.integers(0, height)[:, 0] - self.size // 2
        left = draws.integers(0, width)[:, 0] - self.size // 2
        bottom = torch.where(chosen, top + self.size, top)
        box = inside(images, top, bottom, left, left + self.size)
        return torch.where(box, fill, images)
