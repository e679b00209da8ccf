"""What files hold, as SHA-256; of files that are as they were, remembered.

As in git's index, a file whose size, times and inode are those that it had is taken for the same.
One that was written while it was read, or just before, may have changed without a trace: what is
known of it is forgotten, and it is read again the next time.
"""

from __future__ import annotations

import hashlib
import os
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from platformdirs import user_cache_path

from dlvc_cli.errors import RunError
from dlvc_cli.files import open_regular, replace_file

__all__ = ["UNREADABLE", "digests_folder", "distrusted", "file_digests"]

UNREADABLE = "unreadable"
"""Stands for what a file holds that cannot be read."""

# A file's times may be as coarse as this (FAT), in nanoseconds.
_COARSEST = 2_000_000_000
# Seconds after which what nobody has asked for is forgotten.
_FORGOTTEN_AFTER = 90 * 86_400
_HEAD = b"dlvc digests 1 "

_trusts: ContextVar[bool] = ContextVar("trusts", default=True)


@contextmanager
def distrusted() -> Iterator[None]:
    """Read every file that is asked for inside the block, whatever is remembered."""
    token = _trusts.set(False)
    try:
        yield
    finally:
        _trusts.reset(token)


def digests_folder() -> Path:
    """Return the folder of what is remembered; it may not exist yet."""
    return user_cache_path("dlvc") / "digests"


def file_digests(paths: Sequence[str | os.PathLike[str]]) -> list[str]:
    """Return the SHA-256 of what each file holds, in hexadecimal, or ``UNREADABLE``.

    Args:
        paths: of files that belong together; what they hold is remembered by the folder that all
            of them are in.
    """
    if not paths:
        return []
    names = [os.path.abspath(path) for path in paths]  # noqa: PTH100 - any path-like
    common = os.path.commonpath(names)
    key = hashlib.blake2b(os.fsencode(common), digest_size=16).hexdigest()
    memory = digests_folder() / key
    known = _load(memory) if _trusts.get() else {}
    digests: list[str] = []
    fresh: dict[str, str] = {}
    for name in names:
        state = _state(name)
        digest, _, was = known.get(name, "").partition(" ")
        if state is not None and was == state:
            fresh[name] = known[name]
        else:
            began = time.time_ns()
            digest = _hash(name)
            settled = state is not None and _youngest(state) + _COARSEST < began
            if not settled or digest == UNREADABLE or _state(name) != state:
                state = None
            if state is not None:
                fresh[name] = f"{digest} {state}"
        digests.append(digest)
    if not fresh.items() <= known.items():
        # Other files of the same folder may be asked for by others.
        _keep(memory, known | fresh)
    else:
        with suppress(OSError):
            os.utime(memory)
    return digests


def _state(name: str) -> str | None:
    """What changes with a file, None where it cannot be looked at."""
    try:
        found = os.stat(name)  # noqa: PTH116
    except OSError:
        return None
    return f"{found.st_size} {found.st_ino} {found.st_mtime_ns} {found.st_ctime_ns}"


def _youngest(state: str) -> int:
    return max(map(int, state.split()[2:]))


def _hash(name: str) -> str:
    try:
        with open_regular(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return UNREADABLE


def _load(memory: Path) -> dict[str, str]:
    """What is remembered: digest and state by name; nothing where it is damaged."""
    try:
        with open_regular(memory) as file:
            head, _, body = file.read().partition(b"\n")
        if head != _HEAD + str(zlib.crc32(body)).encode():
            return {}
        fields = os.fsdecode(body).split("\0")
    except OSError:
        return {}
    return dict(zip(fields[::2], fields[1::2], strict=False))


def _keep(memory: Path, known: Mapping[str, str]) -> None:
    body = os.fsencode("\0".join(field for item in known.items() for field in item))
    # Without it, files are read again.
    with suppress(OSError, RunError):
        memory.parent.mkdir(parents=True, exist_ok=True)
        with replace_file(memory) as handle:
            handle.write(_HEAD + str(zlib.crc32(body)).encode() + b"\n" + body)
        for other in memory.parent.iterdir():
            if time.time() - other.stat().st_mtime > _FORGOTTEN_AFTER:
                other.unlink()
