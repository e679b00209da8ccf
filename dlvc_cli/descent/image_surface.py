"""A grayscale image, read as a surface."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from dlvc_cli.descent.surface import Surface
from dlvc_cli.errors import DataError, UsageError
from dlvc_cli.images.opened import Unreadable, opened, room_for
from dlvc_cli.images.pixel_modes import grey_levels
from dlvc_cli.images.upright import upright

__all__ = ["read_surface"]


def read_surface(path: Path) -> Surface:
    """Read a grayscale image of 8 or 16 bit; values are divided by the greatest of its bit depth.

    Raises:
        UsageError: there is no such file.
        DataError: it isn't an image, is broken, in colour, constant, or has a side of one pixel.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder. A surface is a grayscale PNG, or a name.")
    if not path.exists():
        raise UsageError(
            f"There is no file {path}. A surface is a grayscale PNG or a name: dlvc list surfaces."
        )
    try:
        with opened(path) as image, room_for(image):
            levels = _levels(image)
    except DataError as error:
        raise DataError(f"{error} A surface is a grayscale PNG of 8 or 16 bit.") from error
    if min(levels.shape) < 3:
        rows, columns = levels.shape
        raise DataError(f"{path} has {columns} x {rows} pixels; a surface needs 3 x 3 at least.")
    if levels.max() == levels.min():
        raise DataError(f"{path} has the same value everywhere: there is nothing to descend.")
    rows, columns = levels.shape
    start = ((columns - 1) / 4, (rows - 1) / 4)
    return Surface(str(path), levels, start, np.empty((0, 2)))


def _levels(image: Image.Image) -> np.ndarray:
    """Return the grey levels of an image as float64 (H, W), 1 being white."""
    if image.mode not in ("1", "L", "I") and not image.mode.startswith("I;16"):
        raise Unreadable(f"is not grayscale (its mode is {image.mode})")
    image.load()
    turned = upright(image, image)
    if image.mode in ("1", "L"):
        return np.asarray(turned).astype(np.float64) / (255 if image.mode == "L" else 1)
    levels, white = grey_levels(image, np.asarray(turned))
    return levels.astype(np.float64) / white
