"""Which way up an image is shown: what cameras say of it (EXIF orientation, or in XMP)."""

from __future__ import annotations

from typing import Any

from PIL import ExifTags, Image

__all__ = ["upright", "upright_size"]

_ORIENTATION = ExifTags.Base.Orientation
# Any other value (0, 9, text ...) is none: the image is upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = (5, 6, 7, 8)


def upright(pixels: Image.Image, image: Image.Image) -> Image.Image:
    """Turn ``pixels``, made of the loaded ``image``, as that is to be shown."""
    turn = _TURNS.get(_orientation(image))
    return pixels if turn is None else pixels.transpose(turn)


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Return the (height, width) that :func:`upright` will give, of an image loaded or not.

    A PNG that isn't square is loaded: its EXIF block may come last.
    """
    width, height = image.size
    if width == height:
        return height, width
    sideways = _orientation(image) in _SIDEWAYS
    # Pillow turns a TIFF itself as it loads it and swaps the sides as it opens it; but only where
    # the tag is among the file's own, not where XMP says it.
    if image.format == "TIFF" and _ORIENTATION in getattr(image, "tag_v2", ()):
        sideways = False
    return (width, height) if sideways else (height, width)


def _orientation(image: Image.Image) -> int:
    try:
        value: Any = image.getexif().get(_ORIENTATION, 1)
        return value if value in _TURNS else 1
    except Exception:
        # A damaged EXIF block doesn't make the image unreadable.
        return 1
