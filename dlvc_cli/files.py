"""The one way to read a file from outside, and the one way to write one.

What is read is a regular file. What is written appears whole or not at all: written beside, flushed
to disk, and renamed; the folder is flushed after that, so that a power cut does not undo it.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import IO, Any

from dlvc_cli.errors import RunError

__all__ = [
    "NotRegularError",
    "discard_unfinished",
    "flush_folder",
    "open_regular",
    "parse_json",
    "read_json",
    "remove_leftovers",
    "replace_file",
    "write_json",
]

# No file of ours has more levels; whoever walks through a value may then do so by recursion.
_DEEPEST = 64


class NotRegularError(OSError):
    """A FIFO, device or socket that bears a file's name."""


def open_regular(path: str | os.PathLike[str]) -> BufferedReader:
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
        raise NotRegularError(errno.EINVAL, "it is no regular file", str(path))


def read_json(path: str | os.PathLike[str]) -> Any:
    """Return what a JSON file holds.

    Raises:
        OSError: it can't be read, or is no regular file.
        ValueError: it holds no JSON; the message says what is wrong, without a full stop.
    """
    with open_regular(path) as file:
        return parse_json(file.read())


def parse_json(content: bytes) -> Any:
    """Return what JSON in UTF-8 stands for; NaN and infinities are none.

    Raises:
        ValueError: it is none; the message says what is wrong, without a full stop.
    """
    try:
        value = json.loads(content.decode(), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON ({error})") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    _refuse_deep(value)
    return value


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def _refuse_deep(value: Any) -> None:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            item
            for holder in level
            if isinstance(holder, dict | list)
            for item in (holder.values() if isinstance(holder, dict) else holder)
        ]
        if not level:
            return
    raise ValueError("it is nested too deeply")


@contextmanager
def replace_file(target: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file that becomes ``target`` when the block ends without an error.

    Raises:
        RunError: the disk is full or the folder cannot be written.
    """
    # Two threads may write the same file at once, as two processes may.
    writer = f"{os.getpid()}-{threading.get_ident():x}"
    temporary = target.with_name(f".{target.name}.{writer}.tmp")
    _unfinished.add(temporary)
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
        _unfinished.discard(temporary)


_unfinished: set[Path] = set()


def discard_unfinished() -> None:
    """Remove the temporary files of this process, which is about to leave at once."""
    for temporary in tuple(_unfinished):
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
    from dlvc_cli.events import json_text  # takes a moment, and most commands write nothing

    with replace_file(target) as handle:
        handle.write(f"{json_text(value, indent=2)}\n".encode())
