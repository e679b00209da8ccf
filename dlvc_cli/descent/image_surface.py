"""A grayscale image, read as a surface."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from dlvc_cli.descent.surface import Surface
from dlvc_cli.errors import DataError, UsageError

__all__ = ["read_surface"]

# Pillow's modes of grayscale images, and the greatest value of their bit depths.
_DEPTHS = {"1": 1, "L": 255, "I;16": 65535, "I;16B": 65535, "I;16L": 65535}


def read_surface(path: Path) -> Surface:
    """Read a grayscale PNG of 8 or 16 bit; values are divided by the greatest of its bit depth.

    Raises:
        UsageError: there is no such file.
        DataError: it isn't an image, is broken, in colour, constant, or has a side of one pixel.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder. A surface is a grayscale PNG, or a name.")
    if not path.is_file():
        raise UsageError(
            f"There is no file {path}. A surface is a grayscale PNG or a name: dlvc list surfaces."
        )
    try:
        with Image.open(path) as image:
            depth = _DEPTHS.get(image.mode)
            if depth is None:
                raise DataError(
                    f"{path} is not grayscale (its mode is {image.mode}). Save it as an 8 or 16 "
                    "bit grayscale PNG without transparency."
                )
            levels = np.asarray(image).astype(np.float64)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise DataError(
            f"{path} cannot be read as an image: it is broken or no image at all. Save it as a "
            "grayscale PNG again."
        ) from error
    except Image.DecompressionBombError as error:
        raise DataError(f"{path} has too many pixels to be a surface. Scale it down.") from error
    if min(levels.shape) < 3:
        rows, columns = levels.shape
        raise DataError(f"{path} has {columns} x {rows} pixels; a surface needs 3 x 3 at least.")
    if levels.max() == levels.min():
        raise DataError(f"{path} has the same value everywhere: there is nothing to descend.")
    rows, columns = levels.shape
    start = ((columns - 1) / 4, (rows - 1) / 4)
    return Surface(str(path), levels / depth, start, np.empty((0, 2)))
