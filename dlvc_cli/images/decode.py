"""Any image as one form: an (H, W, 3) uint8 RGB array.

Where a file leaves a choice: transparent parts are laid on white, the first image of an
animation counts, EXIF orientation is applied, 16-bit grey levels are divided by 257, and colour
profiles are not looked at (as in torchvision).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from dlvc_cli.errors import DataError

__all__ = ["decode", "fit_to", "probe"]


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode(source: Any) -> np.ndarray:
    """Return an image as uint8 (H, W, 3).

    Args:
        source: an image file's path; a PIL image; or an array (H, W) or (H, W, C) with C of 1
            (grey), 3 (RGB) or 4 (RGBA), of uint8, uint16 or floats in [0, 1].

    Raises:
        DataError: it is no image, or damaged; the message names the file.
    """
    if isinstance(source, str | os.PathLike):
        with _opened(source) as image:
            return _from_image(image)
    if isinstance(source, Image.Image):
        with _named("The PIL image"):
            return _from_image(source)
    return _from_array(np.asarray(source))


def probe(source: Any) -> tuple[int, int]:
    """Return the (height, width) that :func:`decode` would give, from the file's header alone.

    (A PNG that isn't square is read whole: its EXIF block may come last.)

    Raises:
        DataError: as :func:`decode`, but damage behind the header goes unseen.
    """
    if isinstance(source, str | os.PathLike):
        with _opened(source) as image:
            return _upright_size(image)
    if isinstance(source, Image.Image):
        return _upright_size(source)
    shape = np.shape(source)
    if len(shape) not in (2, 3):
        raise DataError(f"An array of shape {shape} is no image: use (H, W) or (H, W, C).")
    return shape[0], shape[1]


def fit_to(array: np.ndarray, size: tuple[int, int], how: str = "crop") -> np.ndarray:
    """Bring an image, uint8 (H, W, 3), to ``size`` (height, width), antialiased (bicubic).

    Args:
        array: the image; returned as it is where its size already agrees.
        size: height and width in pixels.
        how: ``crop`` scales until it covers the size and keeps the middle; ``squash`` ignores
            the aspect ratio.
    """
    height, width = array.shape[:2]
    to_height, to_width = size
    if (height, width) == (to_height, to_width):
        return array
    box = (0.0, 0.0, float(width), float(height))
    if how == "crop":
        # The largest box of the new aspect ratio, in the middle.
        scale = min(height / to_height, width / to_width)
        left = max(width - scale * to_width, 0.0) / 2
        top = max(height - scale * to_height, 0.0) / 2
        box = (left, top, width - left, height - top)
    image = Image.fromarray(array)
    return np.array(image.resize((to_width, to_height), Image.Resampling.BICUBIC, box=box))


class _Unreadable(Exception):
    """What is wrong with an image, as the rest of a sentence that begins with its name."""


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[Image.Image]:
    path = Path(path)
    with _named(str(path)):
        if path.is_dir():
            raise _Unreadable("is a folder, not an image file")
        if path.exists() and path.stat().st_size == 0:
            raise _Unreadable("is empty")
        with Image.open(path) as image:
            yield image


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Turn whatever opening and decoding raise into a ``DataError`` that names the image."""
    try:
        yield
    except _Unreadable as error:
        raise DataError(f"{name} {error}.") from None
    except FileNotFoundError:
        raise DataError(f"There is no file {name}.") from None
    except PermissionError:
        raise DataError(f"{name} can't be read: permission denied.") from None
    except UnidentifiedImageError:
        raise DataError(f"{name} is no image file, or of a kind that can't be read.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise DataError(f"{name} has too many pixels; make it smaller first.") from None
    # Pillow's decoders raise nearly anything on damaged data: OSError, SyntaxError, ValueError,
    # EOFError, struct.error, zlib.error, IndexError, MemoryError ...
    except Exception as error:
        cause = (str(error).splitlines() or [""])[0].rstrip(".") or type(error).__name__
        raise DataError(f"{name} is damaged and can't be read ({cause}).") from error


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:
        # A damaged EXIF block doesn't make the image unreadable.
        return 1
    return value if isinstance(value, int) else 1


def _upright_size(image: Image.Image) -> tuple[int, int]:
    # Pillow swaps the sides of a TIFF as it opens it, those of other formats never.
    turned = image.width != image.height and image.format != "TIFF" and _orientation(image) >= 5
    return (image.width, image.height) if turned else (image.height, image.width)


def _from_image(image: Image.Image) -> np.ndarray:
    image.load()
    # After loading: Pillow has then turned a TIFF itself and cleared the tag.
    turn = _TURNS.get(_orientation(image))
    if turn is not None:
        image = image.transpose(turn)
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _grey(_levels(np.asarray(image)))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return np.array(image.convert("RGB"))


def _levels(values: np.ndarray) -> np.ndarray:
    """Return the grey levels of a deep image, (H, W), as uint8."""
    low, high = values.min(), values.max()
    if not (low >= 0 and high <= 65535):  # written so that NaN fails too
        raise _Unreadable(
            f"holds values from {low:g} to {high:g}; save it with 8 or 16 bits a channel"
        )
    if values.dtype.kind == "f":
        # Floats have no agreed range: 0 to 1, else that of 8 bits, else that of 16.
        top = 1.0 if high <= 1 else 255.0 if high <= 255 else 65535.0
        return np.rint(values * (255 / top)).astype(np.uint8)
    return _eight_bits(values)


def _eight_bits(values: np.ndarray) -> np.ndarray:
    return ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _grey(levels: np.ndarray) -> np.ndarray:
    return np.repeat(levels[:, :, None], 3, axis=2)


def _from_array(array: np.ndarray) -> np.ndarray:
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4) or array.size == 0:
        raise DataError(
            f"An array of shape {array.shape} is no image: use (H, W), or (H, W, C) with 1, 3 "
            "or 4 channels."
        )
    if array.dtype == np.uint16:
        array = _eight_bits(array)
    elif array.dtype.kind == "f":
        if not (array.min() >= 0 and array.max() <= 1):
            raise DataError(
                f"An image of floats must hold values from 0 to 1, not {array.min():g} to "
                f"{array.max():g}; divide by its largest, or use uint8."
            )
        array = np.rint(array * 255).astype(np.uint8)
    elif array.dtype != np.uint8:
        raise DataError(f"An array of {array.dtype} is no image: use uint8, uint16 or floats.")
    if array.shape[2] == 1:
        return _grey(array[:, :, 0])
    if array.shape[2] == 4:
        return _from_image(Image.fromarray(np.ascontiguousarray(array), "RGBA"))
    return np.ascontiguousarray(array)
