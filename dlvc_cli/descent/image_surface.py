"""An image, read as a surface: the brighter, the higher."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dlvc_cli.descent.surface import Surface
from dlvc_cli.errors import DataError, UsageError
from dlvc_cli.images.brightness import Brightness, read_brightness

__all__ = ["read_surface"]

# As many as --grid allows; walks need some 70 bytes for each.
_MOST_POINTS = 25_000_000
_OTHERS = "A surface is an image, a name (dlvc list surfaces) or a formula."


def read_surface(path: Path) -> Surface:
    """Read an image's brightness; values are divided by the greatest of its bit depth.

    Raises:
        UsageError: there is no such file.
        DataError: it isn't an image, is broken, too large, constant, or has a side of two pixels.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder. {_OTHERS}")
    if not path.exists():
        raise UsageError(f"There is no file {path}. {_OTHERS}")
    try:
        image = read_brightness(path, _MOST_POINTS)
    except DataError as error:
        raise DataError(f"{error} {_OTHERS}") from error
    levels = image.values
    rows, columns = levels.shape
    if min(rows, columns) < 3:
        raise DataError(f"{path} has {columns} x {rows} pixels; a surface needs 3 x 3 at least.")
    if levels.max() == levels.min():
        raise DataError(f"{path} has the same value everywhere: there is nothing to descend.")
    start = ((columns - 1) / 4, (rows - 1) / 4)
    return Surface(str(path), levels, start, np.empty((0, 2)), notices=_notices(path, image))


def _notices(path: Path, image: Brightness) -> tuple[str, ...]:
    """Say what of the file is not in the surface."""
    notices = []
    if image.coloured:
        notices.append(
            f"{path.name} is in colour: the surface is its luminance, 0.299 R + 0.587 G + 0.114 B "
            "(Rec. 601)."
        )
    if image.transparent:
        notices.append(f"{path.name} is transparent in parts: they are laid on white.")
    if image.images > 1:
        notices.append(f"{path.name} holds {image.images:,} images: the surface is the first.")
    return tuple(notices)
