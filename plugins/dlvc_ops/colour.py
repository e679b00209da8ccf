"""Random brightness, contrast, saturation and hue, each sample with its own factors."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from dlvc_cli import BadOption, Draws
from dlvc_ops.precision import at_least_float32

__all__ = ["ColorJitter"]


@dataclass(frozen=True)
class ColorJitter:
    """The changes of torchvision's ``ColorJitter``, always in the order of its arguments.

    The defaults are those of contrastive learning (Chen et al. 2020, at strength 0.5). Results
    are kept in [0, 1], so it belongs before any normalisation. Grey images (one channel) have no
    saturation and no hue to change.

    Args:
        brightness, contrast, saturation: factors are uniform in [max(0, 1 - v), 1 + v].
        hue: shifts are uniform in [-hue, hue], as a share of the colour circle.
    """

    brightness: float = 0.4
    contrast: float = 0.4
    saturation: float = 0.4
    hue: float = 0.1

    def __call__(self, images: Tensor, draws: Draws) -> Tensor:
        """(N, C, H, W) -> (N, C, H, W), for one channel or three.

        Raises:
            BadOption: another number of channels.
        """
        check_grey_or_rgb(images, "color")
        out = at_least_float32(images)
        steps = (
            (adjust_brightness, max(0.0, 1 - self.brightness), 1 + self.brightness),
            (adjust_contrast, max(0.0, 1 - self.contrast), 1 + self.contrast),
            (adjust_saturation, max(0.0, 1 - self.saturation), 1 + self.saturation),
            (adjust_hue, -self.hue, self.hue),
        )
        for adjust, low, high in steps:
            amount = draws.uniform(low=low, high=high)[:, :, None, None].to(out.dtype)
            if low < high:
                out = adjust(out, amount)
        return out.to(images.dtype)


def check_grey_or_rgb(images: Tensor, op: str) -> None:
    """Refuse images that have no colours as ``op`` knows them.

    Raises:
        BadOption: neither one channel nor three.
    """
    channels = images.shape[1]
    if channels not in (1, 3):
        raise BadOption(
            f"op {op}: images have {channels} channels. It works on grey and RGB images "
            "only; leave it out."
        )


def adjust_brightness(images: Tensor, factor: Tensor) -> Tensor:
    """Multiply by ``factor`` (N, 1, 1, 1)."""
    return (images * factor).clamp_(0, 1)


def adjust_contrast(images: Tensor, factor: Tensor) -> Tensor:
    """Move away from (above 1) or towards (below) the image's mean grey value."""
    # Sums of whole numbers are exact in any order, so that an image's mean doesn't depend on how
    # a batch is split among vector lanes, threads or blocks.
    steps = (_grey(images) * 2.0**24).round()
    mean = steps.mean((1, 2, 3), keepdim=True, dtype=torch.float64) * 2.0**-24
    return _blend(images, mean.to(images.dtype), factor)


def adjust_saturation(images: Tensor, factor: Tensor) -> Tensor:
    """Move away from (above 1) or towards (below) the grey image."""
    if images.shape[1] == 1:
        return images
    return _blend(images, _grey(images), factor)


def adjust_sharpness(images: Tensor, factor: Tensor) -> Tensor:
    """Move away from (above 1) or towards (below) the image smoothed over 3x3 pixels.

    Pixels at the border, and images that are all border, stay as they are.
    """
    height, width = images.shape[2:]
    if min(height, width) < 3:
        return images
    # The sum of nine neighbours, first three in a row and then three such rows, and four times more
    # of the middle: Pillow's weights.
    rows = images[..., :-2] + images[..., 1:-1] + images[..., 2:]
    total = rows[:, :, :-2] + rows[:, :, 1:-1] + rows[:, :, 2:]
    middle = images[:, :, 1:-1, 1:-1]
    out = images.clone()
    out[:, :, 1:-1, 1:-1] = _blend(middle, (total + 4 * middle) / 13, factor)
    return out


def adjust_hue(images: Tensor, shift: Tensor) -> Tensor:
    """Turn hues by ``shift`` (N, 1, 1, 1), 1 being the whole colour circle.

    From RGB to HSV and back (Smith, "Color gamut transform pairs", SIGGRAPH 1978), in the form
    without case distinctions.
    """
    if images.shape[1] == 1:
        return images
    red, green, blue = images.unbind(1)
    value = images.amax(1)
    chroma = value - images.amin(1)
    # Hue in sixths of the circle. Grey pixels have none: the numerators are 0, and so it is.
    divisor = chroma.clamp(min=torch.finfo(images.dtype).tiny)
    sixths = torch.where(
        value == red,
        (green - blue) / divisor,
        torch.where(value == green, (blue - red) / divisor + 2, (red - green) / divisor + 4),
    )
    sixths += 6 * shift[:, 0]

    def channel(offset: int) -> Tensor:
        # It lies below the value by the chroma times a trapezoid of the hue.
        turned = sixths + offset
        turned -= 6 * (turned / 6).floor_()
        return value - chroma * torch.minimum(turned, 4 - turned).clamp_(0, 1)

    # Channel by channel: three times smaller intermediates stay in the cache.
    return torch.stack([channel(5), channel(3), channel(1)], dim=1)


def _grey(images: Tensor) -> Tensor:
    """Return luma (N, 1, H, W) by ITU-R BT.601, the weights of Pillow and torchvision."""
    if images.shape[1] == 1:
        return images
    red, green, blue = images.split(1, dim=1)
    return 0.2989 * red + 0.587 * green + 0.114 * blue


def _blend(images: Tensor, other: Tensor, factor: Tensor) -> Tensor:
    return (images * factor).add_((1 - factor) * other).clamp_(0, 1)
