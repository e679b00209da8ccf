"""How bright an image is, pixel by pixel, as finely as its file says it.

Grey levels are divided by the file's own white. Of colours it is the luma of ITU-R BT.601, which
Pillow and OpenCV, too, call grey: 0.299 R + 0.587 G + 0.114 B of 8-bit values as they are stored,
without undoing their gamma. Transparent parts are laid on white.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from dlvc_cli.images.opened import Unreadable, opened, room_for
from dlvc_cli.images.pixel_modes import DEEP, clear_pixels, grey_levels, to_rgb
from dlvc_cli.images.upright import upright

__all__ = ["Brightness", "read_brightness"]

_RED, _GREEN, _BLUE = 0.299, 0.587, 0.114


@dataclass(frozen=True, eq=False)
class Brightness:
    """An image's brightness, and what of the file it leaves out.

    Attributes:
        values: from 0 (black) to 1 (white), (H, W).
        coloured: it had colours; an image of equal channels has none.
        transparent: parts of it let a background through.
        images: how many the file holds; these are the first one's.
    """

    values: np.ndarray
    coloured: bool = False
    transparent: bool = False
    images: int = 1


def read_brightness(path: str | os.PathLike[str], most: int | None = None) -> Brightness:
    """Read an image file.

    Args:
        most: the most pixels that are wanted.

    Raises:
        DataError: it is no image, damaged, of a depth without an agreed white, or larger.
        DlvcError: there is no memory for it.
    """
    with opened(path) as image:
        columns, rows = image.size
        if most is not None and columns * rows > most:
            raise Unreadable(
                f"has {columns:,} x {rows:,} pixels, and at most {most:,} are wanted here; make it "
                "smaller"
            )
        with room_for(image):
            count = getattr(image, "n_frames", 1)
            return _grey(image, count) if _is_grey(image) else _coloured(image, count)


def _is_grey(image: Image.Image) -> bool:
    if image.mode in DEEP:
        return True
    return image.mode in ("1", "L") and not image.has_transparency_data


def _grey(image: Image.Image, count: int) -> Brightness:
    top = _top(image)
    image.load()
    levels = np.asarray(upright(image, image))
    if image.mode in ("1", "L"):
        values = levels / (255 if image.mode == "L" else 1)
        return Brightness(_as_stored(values, top), images=count)
    deep, white = grey_levels(image, levels)
    values = _as_stored(deep / white, top)
    clear = clear_pixels(image, levels)
    if clear is not None:
        values[clear] = 1
    return Brightness(values, transparent=clear is not None, images=count)


def _top(image: Image.Image) -> int | None:
    """What a PGM calls white, where that isn't the greatest of 8 or 16 bits."""
    tile: Any = getattr(image, "tile", ())
    args = tile[0].args if image.format == "PPM" and tile else None
    return args[1] if isinstance(args, tuple) and len(args) == 2 else None


def _as_stored(values: np.ndarray, top: int | None) -> np.ndarray:
    """Undo how Pillow stretches a PGM's levels to 8 or 16 bits and rounds them."""
    return np.asarray(values, dtype=np.float64) if top is None else np.rint(values * top) / top


def _coloured(image: Image.Image, count: int) -> Brightness:
    rgb = to_rgb(image)
    transparent = _lets_through(image)
    channels = np.asarray(upright(rgb, image))
    red, green, blue = (channels[..., k] for k in range(3))
    if (red == green).all() and (green == blue).all():
        return Brightness(red / 255, transparent=transparent, images=count)
    values = (_RED * red + _GREEN * green + _BLUE * blue) / 255
    return Brightness(values, coloured=True, transparent=transparent, images=count)


def _lets_through(image: Image.Image) -> bool:
    """Whether an image with an alpha channel or the like makes use of it."""
    if not image.has_transparency_data:
        return False
    last = image.getbands()[-1]
    alpha = image.getchannel(last) if last in "Aa" else image.convert("RGBA").getchannel("A")
    return alpha.getextrema()[0] < 255  # type: ignore[operator]
