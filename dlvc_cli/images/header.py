"""What an image says of itself before its pixels are read: its size, format and mode."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from dlvc_cli.images.from_array import array_size
from dlvc_cli.images.opened import named, opened, room_for
from dlvc_cli.images.upright import upright_size

__all__ = ["Header", "read_header"]


@dataclass(frozen=True)
class Header:
    """What is known of an image.

    Attributes:
        size: (height, width) in pixels, upright.
        format: what Pillow calls the format of the file (``JPEG``); ``array`` of an array, empty
            of a PIL image that comes from no file.
        mode: Pillow's mode (``RGB``, ``L``); of an array, its type and number of channels.
    """

    size: tuple[int, int]
    format: str
    mode: str


def read_header(source: Any) -> Header:
    """Return what an image says of itself, from the file's header alone.

    (A PNG that isn't square is read whole: its EXIF block may come last.)

    Args:
        source: as for ``decode``.

    Raises:
        DataError, DlvcError: as ``decode``, but damage behind the header goes unseen.
    """
    if isinstance(source, str | os.PathLike):
        with opened(source) as image, room_for(image):
            return _of_image(image)
    if isinstance(source, Image.Image):
        with named("The PIL image"):
            return _of_image(source)
    shape = np.shape(source)
    channels = shape[2] if len(shape) == 3 else 1
    return Header(array_size(shape), "array", f"{np.asarray(source).dtype} x {channels}")


def _of_image(image: Image.Image) -> Header:
    # A mode may change as pixels are read (a PNG's palette with transparency).
    mode = image.mode
    return Header(upright_size(image), image.format or "", mode)
