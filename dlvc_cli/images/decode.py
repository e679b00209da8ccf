"""Any image as one form: an (H, W, 3) uint8 RGB array.

Where a file leaves a choice: transparent parts are laid on white, the first image of an
animation counts, it is turned upright as EXIF or XMP say, and of deep images see ``pixel_modes``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from PIL import Image

from dlvc_cli.images.from_array import image_of
from dlvc_cli.images.opened import named, opened, room_for
from dlvc_cli.images.pixel_modes import to_rgb
from dlvc_cli.images.upright import upright

__all__ = ["DECODING", "decode"]

DECODING = 1
"""The version of what pixels are made of a file: images that are kept say it."""


def decode(source: Any, size: tuple[int, int] | None = None, how: str = "crop") -> np.ndarray:
    """Return an image as uint8 (H, W, 3).

    Args:
        source: an image file's path; a PIL image; or an array (H, W) or (H, W, C) with C of 1
            (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA), of uint8, uint16, bool or floats in
            [0, 1].
        size: (height, width) in pixels to bring it to; its own if None.
        how: it is brought to it, antialiased (bicubic): ``crop`` scales until it covers the size
            and keeps the middle; ``squash`` ignores the aspect ratio.

    Raises:
        DataError: it is no image, damaged, or of a depth without an agreed white; it is named.
        DlvcError: there is no memory for it.
    """
    with _rgb(source) as image:
        return np.array(image if size is None else _fitted(image, size, how))


@contextmanager
def _rgb(source: Any) -> Iterator[Image.Image]:
    """Open a source as an upright image of mode RGB; what goes wrong inside names it, too."""
    if isinstance(source, str | os.PathLike):
        with opened(source) as image, room_for(image):
            yield upright(to_rgb(image), image)
    elif isinstance(source, Image.Image):
        with named("The PIL image"):
            yield upright(to_rgb(source), source)
    else:
        yield image_of(np.asarray(source))


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
