"""Any image as one form: an (H, W, 3) uint8 RGB array.

Where a file leaves a choice: transparent parts are laid on white, the first image of an
animation counts, it is turned upright as EXIF or XMP say, and of deep images see ``pixel_modes``.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from dlvc_cli.images.from_array import image_of
from dlvc_cli.images.opened import named, opened, room_for
from dlvc_cli.images.pixel_modes import to_rgb
from dlvc_cli.images.upright import upright, upright_size

__all__ = ["DECODING", "Target", "decode"]

# So many times what is wanted is left for what is antialiased.
_SPARE = 2

DECODING = 1
"""The version of what pixels are made of a file: images that are kept say it."""


@dataclass(frozen=True)
class Target:
    """What images are brought to.

    Attributes:
        size: (height, width) in pixels.
        how: antialiased (bicubic): ``crop`` scales until the image covers the size and keeps the
            middle; ``squash`` ignores the aspect ratio.
        reduced: a JPEG that is four times as large or more is decoded at a half, a quarter or an
            eighth of its size, whichever leaves twice what is wanted. That takes less than half the
            time, and changes a level of 255 by about 1 on average.
    """

    size: tuple[int, int]
    how: str = "crop"
    reduced: bool = True


def decode(source: Any, target: Target | None = None) -> np.ndarray:
    """Return an image as uint8 (H, W, 3).

    Args:
        source: an image file's path; a PIL image; or an array (H, W) or (H, W, C) with C of 1
            (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA), of uint8, uint16, bool or floats in
            [0, 1].
        target: what to bring it to; it keeps its size if None.

    Raises:
        DataError: it is no image, damaged, or of a depth without an agreed white; it is named.
        DlvcError: there is no memory for it.
    """
    with _rgb(source, target) as image:
        return np.array(image if target is None else _fitted(image, target.size, target.how))


@contextmanager
def _rgb(source: Any, target: Target | None) -> Iterator[Image.Image]:
    """Open a source as an upright image of mode RGB; what goes wrong inside names it, too."""
    if isinstance(source, str | os.PathLike):
        with opened(source) as image:
            if target is not None and target.reduced:
                _reduce(image, target)
            with room_for(image):
                yield upright(to_rgb(image), image)
    elif isinstance(source, Image.Image):
        with named("The PIL image"):
            yield upright(to_rgb(source), source)
    else:
        yield image_of(np.asarray(source))


def _reduce(image: Image.Image, target: Target) -> None:
    """Have a JPEG decoded at a scale that still leaves enough."""
    if image.format not in ("JPEG", "MPO"):
        return
    height, width = upright_size(image)
    to_height, to_width = (_SPARE * side for side in target.size)
    if target.how == "crop":
        scale = max(to_height / height, to_width / width)
        to_height, to_width = math.ceil(scale * height), math.ceil(scale * width)
    least = (to_width, to_height) if (width, height) == image.size else (to_height, to_width)
    image.draft(None, least)


def _fitted(image: Image.Image, size: tuple[int, int], how: str) -> Image.Image:
    """Bring an image of mode RGB to ``size`` (height, width)."""
    width, height = image.size
    to_height, to_width = size
    if (height, width) == (to_height, to_width):
        return image
    box = (0.0, 0.0, float(width), float(height))
    if how == "crop":
        # The largest box of the new aspect ratio, in the middle.
        scale = min(height / to_height, width / to_width)
        left = max(width - scale * to_width, 0.0) / 2
        top = max(height - scale * to_height, 0.0) / 2
        box = (left, top, width - left, height - top)
    return image.resize((to_width, to_height), Image.Resampling.BICUBIC, box=box)
