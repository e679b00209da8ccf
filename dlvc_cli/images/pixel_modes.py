"""An image of any of Pillow's modes as mode RGB, 8 bits a channel; or what is wrong with it.

Transparent parts are laid on white. 16-bit grey levels are divided by 257; of 16-bit colour the
high byte counts, as in Pillow. Floats go from 0 to 1. Colour profiles are not looked at (as in
torchvision). Where no white is agreed (integers of 32 bits or with a sign), the image is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

from dlvc_cli.images.opened import Unreadable

__all__ = ["DEEP", "clear_pixels", "eight_bits", "grey_levels", "to_rgb", "unit_levels"]

DEEP = frozenset({"I;16", "I;16L", "I;16B", "I;16N", "I", "F"})
"""Modes of grey levels that are more than 8 bits."""
_PLAIN = {"1", "L", "P", "RGB", "RGBX", "CMYK", "YCbCr", "LAB", "HSV"}
_CLEAR = {"LA", "La", "PA", "RGBA", "RGBa"}

_PHOTOMETRIC, _BITS = 262, 258  # tags of TIFF
_SAVE = "save it with 8 or 16 bits a channel"


def to_rgb(image: Image.Image) -> Image.Image:
    """Return an image as mode RGB.

    Raises:
        Unreadable: its mode or its values can't be shown.
    """
    if image.mode not in DEEP | _PLAIN | _CLEAR:
        raise Unreadable(f"has pixels of mode {image.mode}, which are not read; {_SAVE}")
    _settle_transparency(image)
    image.load()
    if image.mode in DEEP:
        return Image.fromarray(_deep(image)).convert("RGB")
    if image.mode == "La":
        image = image.convert("LA")
    if image.has_transparency_data:
        image = _on_white(image if image.mode == "RGBA" else image.convert("RGBA"))
    return image if image.mode == "RGB" else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)


def _settle_transparency(image: Image.Image) -> None:
    """Bring a PNG's transparent colour to the depth of its pixels; Pillow leaves it as it stands.

    Only before loading is it known what depth that is.
    """
    tile = getattr(image, "tile", ())
    if image.format != "PNG" or "transparency" not in image.info or not tile:
        return
    stored = tile[0].args
    if stored == "RGB;16B":
        raise Unreadable(
            "has 16 bits a channel and a transparent colour; save it with 8 bits, or with an alpha "
            "channel"
        )
    steps = {"L;2": 85, "L;4": 17}.get(stored, 1)
    if steps > 1:
        image.info["transparency"] *= steps


def grey_levels(image: Image.Image, values: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the grey levels of a deep image, (H, W), and which of them is white.

    Args:
        values: its pixels, (H, W), turned or not.

    Raises:
        Unreadable: nobody can say which, or some are whiter than white.
    """
    tags: Mapping[int, Any] = getattr(image, "tag_v2", {})
    bits = tags.get(_BITS, (16,))
    white = 1.0 if image.mode == "F" else 4095.0 if bits == (12,) else 65535.0
    # In these Pillow keeps 16 bits; any other image of mode I may hold anything.
    if image.mode == "I" and image.format not in ("PPM", "PNG"):
        raise Unreadable(
            f"holds integers of 32 bits or with a sign, and no value is agreed to be white; {_SAVE}"
        )
    low, high = values.min(), values.max()
    if not (low >= 0 and high <= white):  # written so that NaN fails too
        raise Unreadable(f"holds values from {low:g} to {high:g}, not 0 to {white:g}; {_SAVE}")
    if tags.get(_PHOTOMETRIC) == 0:  # white is zero
        values = values.dtype.type(white) - values
    return values, white


def _deep(image: Image.Image) -> np.ndarray:
    values, white = grey_levels(image, np.asarray(image))
    levels = unit_levels(values) if white == 1 else eight_bits(values, int(white))
    clear = clear_pixels(image, np.asarray(image))
    if clear is not None:
        levels[clear] = 255
    return levels


def clear_pixels(image: Image.Image, values: np.ndarray) -> np.ndarray | None:
    """Which pixels of a deep image, (H, W), have the grey that its file calls transparent.

    Args:
        values: its pixels, (H, W), turned or not.
    """
    clear = image.info.get("transparency")
    return values == clear if isinstance(clear, int) else None


def eight_bits(values: np.ndarray, white: int = 65535) -> np.ndarray:
    """Scale levels from 0 to ``white`` to uint8, rounded."""
    return ((values.astype(np.uint32) * 255 + white // 2) // white).astype(np.uint8)


def unit_levels(values: np.ndarray) -> np.ndarray:
    """Scale levels from 0 to 1 to uint8, rounded."""
    return np.rint(values * 255).astype(np.uint8)
