"""Windows of random size and shape, resized to one size (Szegedy et al., CVPR 2015)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from dlvc_cli import BadOption, Draws, Op
from dlvc_ops.placement import Resize
from dlvc_ops.precision import at_least_float32
from dlvc_ops.warp import sample

__all__ = ["ResizedCrop", "random_resized_crop"]

_TRIES = 10


@dataclass(frozen=True)
class ResizedCrop:
    """Cut out a window at random and resize it, as torchvision's ``RandomResizedCrop`` does.

    Its area is uniform, the logarithm of its width / height too; of ten draws the first that fits
    into the image counts, and if none does it is the largest in the middle whose shape is allowed.
    Resizing is bilinear, antialiased where it shrinks.

    Args:
        size: height and width of the result; None: the image's own.
        low, high: range of the area, as a share of the image's.
        ratio: the width / height is in [ratio, 1 / ratio].

    Raises:
        BadOption: ``low`` is above ``high``.
    """

    size: tuple[int, int] | None = None
    low: float = 0.08
    high: float = 1.0
    ratio: float = 0.75

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise BadOption(
                f"op random_resized_crop: low ({self.low:g}) must not be above high "
                f"({self.high:g})."
            )

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """(N, C, H, W) -> (N, C, rows, columns)."""
        height, width = images.shape[2:]
        rows, columns = self.size or (height, width)
        top, left, tall, wide = self.windows(height, width, draws).unbind(1)
        if rows >= height and columns >= width:
            # No window is shrunk: each pixel lies between two of a row and two of a column.
            x = _places(left, wide, columns) - (width - 1) / 2
            y = _places(top, tall, rows) - (height - 1) / 2
            return sample(images, x[:, None, :], y[:, :, None], "replicate")
        work = at_least_float32(images)
        across = _weights(left, wide, width, columns).to(work.dtype)
        down = _weights(top, tall, height, rows).to(work.dtype)
        # Products of matrices: no place of a pixel has to be looked up. On a GPU they have the
        # precision that training has there, at worst ten bits (TF32), more than a pixel's eight.
        narrowed = work @ across.transpose(1, 2)[:, None]
        return (down[:, None] @ narrowed).to(images.dtype)

    def windows(self, height: int, width: int, draws: Draws) -> Tensor:
        """Return top, left, height and width of each image's window, whole numbers, (N, 4)."""
        area = draws.uniform(_TRIES, self.low, self.high) * (height * width)
        limit = -math.log(self.ratio)
        ratio = draws.uniform(_TRIES, -limit, limit).exp()
        tall, wide = (area / ratio).sqrt().round(), (area * ratio).sqrt().round()
        fits = (tall >= 1) & (tall <= height) & (wide >= 1) & (wide <= width)
        first = fits.int().argmax(dim=1, keepdim=True)
        tall, wide = tall.gather(1, first)[:, 0], wide.gather(1, first)[:, 0]
        place = draws.uniform(2)
        top = (place[:, 0] * (height - tall + 1)).floor()
        left = (place[:, 1] * (width - wide + 1)).floor()
        drawn = (top, left, tall, wide)
        fallback = self._middle(height, width)
        found = fits.any(dim=1)
        return torch.stack(
            [
                torch.where(found, value, float(other))
                for value, other in zip(drawn, fallback, strict=True)
            ],
            dim=1,
        )

    def _middle(self, height: int, width: int) -> tuple[int, int, int, int]:
        """Return the window for an image into which no draw fits."""
        tall = min(height, round(width / self.ratio))
        wide = min(width, round(height / self.ratio))
        return (height - tall) // 2, (width - wide) // 2, tall, wide


def _places(start: Tensor, length: Tensor, wanted: int) -> Tensor:
    """Return where ``wanted`` pixels lie in [start, start + length), in its pixels, (N, wanted)."""
    place = (torch.arange(wanted, device=start.device) + 0.5) * (length / wanted)[:, None] - 0.5
    start, length = start[:, None], length[:, None]
    return start + torch.minimum(place.clamp(min=0), length - 1)


def _weights(start: Tensor, length: Tensor, given: int, wanted: int) -> Tensor:
    """Return what each of ``wanted`` pixels takes of each of ``given`` ones, (N, wanted, given).

    Of these, [start, start + length) count, both whole numbers (N,). A triangle about each wanted
    pixel's centre, as wide as two of the coarser pixels.
    """
    start, length = start[:, None, None], length[:, None, None]
    scale = length / wanted
    place = torch.arange(given, device=start.device) - start
    centre = (torch.arange(wanted, device=start.device)[:, None] + 0.5) * scale
    weights = (1 - (place + 0.5 - centre).abs() / scale.clamp(min=1)).clamp(min=0)
    weights = weights * ((place >= 0) & (place < length))
    return weights / weights.sum(2, keepdim=True)


def random_resized_crop(
    size: tuple[int, int] | None = None, low: float = 0.08, high: float = 1.0, ratio: float = 0.75
) -> Op:
    """:class:`ResizedCrop`, and outside training the whole image, resized to the same size."""
    return Op(
        apply=ResizedCrop(size, low, high, ratio),
        stand_in=None if size is None else Resize(size),
    )
