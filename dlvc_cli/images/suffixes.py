"""The kinds of image file that are read, and how their names end.

Pillow knows many more. Some it hands to other programs (EPS to Ghostscript, which runs what the
file says), and some nobody keeps photographs in: a file of any other kind is refused, whatever it
is called.
"""

from __future__ import annotations

__all__ = ["FORMATS", "IMAGE_SUFFIXES"]

_ENDINGS = {
    "AVIF": "avif",
    "BMP": "bmp",
    "DIB": "dib",
    "GIF": "gif",
    "HEIF": "heic heif hif heics heifs",
    "JPEG": "jpg jpeg jpe jfif mpo",
    "JPEG2000": "jp2 j2k jpx",
    "PNG": "png apng",
    "PPM": "ppm pgm pbm pnm pfm",
    "TGA": "tga",
    "TIFF": "tif tiff",
    "WEBP": "webp",
}

# What reads these is an extra.
_ADDED = {"HEIF"}

FORMATS = tuple(name for name in _ENDINGS if name not in _ADDED)
"""What Pillow calls the formats that it reads by itself."""

IMAGE_SUFFIXES = frozenset(
    f".{ending}" for endings in _ENDINGS.values() for ending in endings.split()
)
"""Suffixes of the image files that are looked for in folders, in lower case."""
