"""Files that appear whole or not at all: written beside, flushed to disk, and renamed.

The folder is flushed after that, so that a power cut does not undo the renaming.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from dlvc_cli.errors import RunError

__all__ = ["flush_folder", "remove_leftovers", "replace_file", "write_json"]


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
    text = json.dumps(value, indent=2, ensure_ascii=False) + "\n"
    with replace_file(target) as handle:
        handle.write(text.encode())
