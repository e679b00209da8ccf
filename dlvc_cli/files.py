"""The one way to read a file from outside, and the one way to write one.

What is read is a regular file. What is written appears whole or not at all: written beside, flushed
to disk, and renamed; the folder is flushed after that, so that a power cut does not undo it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from dlvc_cli.errors import RunError
from dlvc_cli.json_text import json_text

__all__ = ["flush_folder", "open_regular", "remove_leftovers", "replace_file", "write_json"]


def open_regular(path: str | os.PathLike[str]) -> IO[bytes]:
    """Open a regular file for reading. Anything else that bears a file's name never is opened.

    A FIFO would keep the reader waiting for ever, and a device may be endless.

    Raises:
        OSError: it can't be opened, or is a folder, FIFO, device or socket; ``strerror`` says so.
    """
    _refuse_irregular(os.stat(path).st_mode, path)  # noqa: PTH116 - any path-like
    # Without waiting, in case it has been replaced since.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        _refuse_irregular(os.fstat(descriptor).st_mode, path)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _refuse_irregular(mode: int, path: str | os.PathLike[str]) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))


@contextmanager
def replace_file(target: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file that becomes ``target`` when the block ends without an error.

    Raises:
        RunError: the disk is full or the folder cannot be written.
    """
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as handle:
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(target)
        flush_folder(target.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunError(f"Cannot write {target}: {reason}. Make room and try again.") from error
    finally:
        # On a disk that may not be written even removing nothing is an error.
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Have the disk keep what was made or renamed in this folder, where that can be asked for."""
    # Windows opens no folders, and some network disks cannot flush one.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_leftovers(folder: Path) -> None:
    """Remove temporary files that a killed process left; nobody else may be writing there."""
    for file in folder.glob(".*.tmp"):
        with suppress(OSError):
            file.unlink(missing_ok=True)


def write_json(target: Path, value: Any) -> None:
    """Write a value as indented JSON, whole or not at all."""
    text = json_text(value, indent=2) + "\n"
    with replace_file(target) as handle:
        handle.write(text.encode())
