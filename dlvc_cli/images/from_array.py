"""Arrays, as plugins and notebooks hand them over, as images."""

from __future__ import annotations

import numpy as np
from PIL import Image

from dlvc_cli.errors import DataError
from dlvc_cli.images.pixel_modes import eight_bits, to_rgb, unit_levels

__all__ = ["array_size", "image_of"]

_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def image_of(array: np.ndarray) -> Image.Image:
    """Return an array as an image of mode RGB.

    Args:
        array: (H, W) or (H, W, C) with C of 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA); uint8,
            uint16, floats from 0 to 1, or bool (white where true).

    Raises:
        DataError: it is of another shape or type, or a value is out of range.
    """
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[2] not in _MODES or array.size == 0:
        raise DataError(
            f"An array of shape {array.shape} is no image: use (H, W), or (H, W, C) with 1 to 4 "
            "channels."
        )
    levels = np.ascontiguousarray(_levels(array))
    mode = _MODES[array.shape[2]]
    return to_rgb(Image.fromarray(levels[:, :, 0] if mode == "L" else levels, mode))


def _levels(array: np.ndarray) -> np.ndarray:
    kind, depth = array.dtype.kind, array.dtype.itemsize
    if kind == "u" and depth == 1:
        return array
    if kind == "u" and depth == 2:
        return eight_bits(array)
    if kind == "b":
        return array * np.uint8(255)
    if kind == "f":
        if not (array.min() >= 0 and array.max() <= 1):  # written so that NaN fails too
            raise DataError(
                f"An image of floats must hold values from 0 to 1, not {array.min():g} to "
                f"{array.max():g}; divide by what stands for white, or use uint8."
            )
        return unit_levels(array)
    raise DataError(
        f"An array of {array.dtype} is no image: use uint8, uint16, bool or floats from 0 to 1."
    )


def array_size(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return the (height, width) of an image that is an array of this shape.

    Raises:
        DataError: no image has this shape.
    """
    if len(shape) not in (2, 3):
        raise DataError(f"An array of shape {shape} is no image: use (H, W) or (H, W, C).")
    return shape[0], shape[1]
