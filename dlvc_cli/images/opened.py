"""The one way in which an image file is opened: a regular file, of a kind that is read.

Whatever goes wrong with it, here or later, becomes a sentence that names the image.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from dlvc_cli.errors import DataError, DlvcError, first_line
from dlvc_cli.files import NotRegularError, open_regular
from dlvc_cli.images import heif
from dlvc_cli.images.misread import why_misread
from dlvc_cli.images.room import Room, SharedRoom, room_of_all
from dlvc_cli.images.suffixes import FORMATS

__all__ = ["Unreadable", "named", "opened", "room_for", "use_room"]

# For all threads together; a pixel takes 4 bytes in Pillow, and three copies of it while
# transparency is laid on white.
_room: Room | SharedRoom = Room(room_of_all())
_BYTES_A_PIXEL = 12


class Unreadable(Exception):
    """What is wrong with an image, as the rest of a sentence that begins with its name."""


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[Image.Image]:
    """Open an image file; its pixels are not read yet.

    Raises:
        DataError: it is no image file or damaged, here or inside the block; it is named.
        DlvcError: there is no memory for its pixels.
    """
    with named(os.fspath(path)), open_regular(path) as file:
        if os.fstat(file.fileno()).st_size == 0:
            raise Unreadable("is empty")
        formats = _formats(file)
        try:
            image = Image.open(file, formats=formats)
        except UnidentifiedImageError:
            if formats == FORMATS:
                raise
            raise Unreadable("is damaged and can't be read") from None
        with image:
            if why := why_misread(image):
                raise Unreadable(why)
            yield image


def _formats(file: BinaryIO) -> tuple[str, ...]:
    """What the file may be, as Pillow calls it."""
    if not heif.is_heif(file):
        return FORMATS
    if not heif.can_read_heif():
        raise Unreadable(f"is a HEIC image, which takes one more package: {heif.INSTALL}")
    return (heif.FORMAT,)


def use_room(room: SharedRoom) -> None:
    """Have this process, one of several, keep to a share of the room."""
    global _room
    _room = room


@contextmanager
def room_for(image: Image.Image) -> Iterator[None]:
    """Wait until other threads leave room for the pixels of ``image``, and hold it."""
    with _room.taken(image.width * image.height * _BYTES_A_PIXEL):
        yield


@contextmanager
def named(name: str) -> Iterator[None]:
    """Turn whatever opening and decoding raise into an error that names the image."""
    try:
        yield
    except DlvcError:
        raise
    except Unreadable as error:
        raise DataError(f"{name} {error}.") from None
    except FileNotFoundError:
        raise DataError(f"There is no file {name}.") from None
    except IsADirectoryError:
        raise DataError(f"{name} is a folder, not an image file.") from None
    except NotRegularError:
        raise DataError(f"{name} can't be read: it is no regular file.") from None
    except PermissionError:
        raise DataError(f"{name} can't be read: permission denied.") from None
    except UnidentifiedImageError:
        raise DataError(f"{name} is no image file, or of a kind that can't be read.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        most = 2 * (Image.MAX_IMAGE_PIXELS or 0)  # Pillow warns of half as many
        raise DataError(
            f"{name} has too many pixels, more than {most:,}; make it smaller first."
        ) from None
    except MemoryError as error:
        # The file is sound: it must not be left out as a bad one.
        raise DlvcError(f"There is not enough memory to decode {name}. Make it smaller.") from error
    # Pillow's decoders raise nearly anything on damaged data: OSError, SyntaxError, ValueError,
    # EOFError, struct.error, zlib.error, IndexError ...
    except Exception as error:
        cause = first_line(error) or type(error).__name__
        raise DataError(f"{name} is damaged and can't be read ({cause}).") from error
