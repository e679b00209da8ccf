"""The user's cache of computed features: where it is, what is in it, and how large it may grow.

A folder an entry, ``features/KEY/``: ``about.json`` says what it is, and each other file holds
features of some images, whole. Imports nothing heavy.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from platformdirs import user_cache_path

from dlvc_cli.errors import BadOption
from dlvc_cli.files import read_json
from dlvc_cli.runs.schema import COUNT, TEXT, nullable, optional, problem_with

__all__ = [
    "IMAGE_LIMIT",
    "LIMIT",
    "CacheEntry",
    "Entry",
    "bytes_of",
    "cache_entries",
    "cache_folder",
    "cache_limit",
    "clear",
    "file_of",
    "fits",
    "make_room",
    "remove",
    "remove_all",
]

LIMIT = "DLVC_CACHE_GB"
"""The environment variable that sets how many gigabytes (1e9 bytes) the cache may take."""

IMAGE_LIMIT = "DLVC_IMAGE_CACHE_GB"
"""The environment variable that does so for the cache of decoded images."""

_DEFAULT_GB = 10.0

_ABOUT = {key: nullable(TEXT) for key in "model weights data aug normalize input split".split()} | {
    key: optional(COUNT) for key in ("variant", "images")
}

# Keys of about.json as earlier versions wrote them.
_RENAMED = {"pictures": "images", "form": "variant"}


class Entry(Protocol):
    """What takes room in a cache.

    Attributes:
        path: its folder; its name is its key.
        size: bytes on disk.
    """

    @property
    def path(self) -> Path: ...

    @property
    def size(self) -> int: ...


@dataclass(frozen=True)
class CacheEntry:
    """Features of one variant of the images of a split of the data set.

    Attributes:
        path: its folder.
        about: what ``about.json`` says: model, weights, data, aug, normalize, input, split,
            variant, images (of the split); nothing where it is damaged.
        size: bytes on disk.
        used: when it was last used, seconds since 1970.
        kept: of how many images it has features, by the names of its files; two runs at once may
            have written some twice.
    """

    path: Path
    about: dict[str, Any]
    size: int
    used: float
    kept: int

    @property
    def key(self) -> str:
        return self.path.name


Removed = TypeVar("Removed", bound=Entry)


def cache_folder() -> Path:
    """Return the folder of all entries; it may not exist yet."""
    return user_cache_path("dlvc") / "features"


def cache_limit() -> int:
    """Return the most bytes that the cache may take.

    Raises:
        BadOption: ``$DLVC_CACHE_GB`` is no number.
    """
    return bytes_of(LIMIT, _DEFAULT_GB)


def bytes_of(variable: str, default: float) -> int:
    """Return the bytes that an environment variable gives in gigabytes (1e9 bytes).

    Raises:
        BadOption: it is no number.
    """
    text = os.environ.get(variable, "")
    try:
        gigabytes = float(text) if text.strip() else default
    except ValueError:
        gigabytes = -1.0
    if not 0 <= gigabytes < 1e9:
        raise BadOption(f"${variable} is a number of gigabytes, 10 say, not {text!r}.")
    return round(gigabytes * 1e9)


def cache_entries() -> list[CacheEntry]:
    """Return the entries, the one used last first."""
    try:
        found = [_entry(path) for path in cache_folder().iterdir() if path.is_dir()]
    except OSError:
        return []
    return sorted(found, key=lambda entry: -entry.used)


def _entry(path: Path) -> CacheEntry:
    about = path / "about.json"
    try:
        said, used = _renamed(read_json(about)), about.stat().st_mtime
        if problem := problem_with(said, _ABOUT):
            raise ValueError(problem)
    except (OSError, ValueError):
        # Of a process that was killed while it made or removed it: it goes first.
        said, used = {}, 0.0
    size = kept = 0
    # Another process may be removing it at this moment.
    with suppress(OSError):
        for file in path.iterdir():
            with suppress(OSError):
                size += file.stat().st_size
                kept += _rows_of(file.name)
    return CacheEntry(path, said, size, used, kept)


def _renamed(about: Any) -> Any:
    """What ``about.json`` says, in today's words."""
    if not isinstance(about, dict):
        return about
    return {_RENAMED.get(key, key): value for key, value in about.items()}


def file_of(rows: int, digest: str) -> str:
    """The name of a file with the features of so many images."""
    return f"{rows}-{digest}.safetensors"


def _rows_of(name: str) -> int:
    rows, _, rest = name.partition("-")
    return int(rows) if rows.isdecimal() and rest.endswith(".safetensors") else 0


def make_room(keys: Collection[str], size: int) -> bool:
    """Make room in the cache, by removing what has not been used for longest.

    Args:
        keys: entries to make it for; they stay.
        size: bytes that these will take in the end, if they don't take more already.

    Returns:
        Whether they fit into the limit; if not, nothing is removed for them.

    Raises:
        BadOption: ``$DLVC_CACHE_GB`` is no number.
    """
    return fits(cache_entries(), keys, size, cache_limit())


def fits(entries: Sequence[Entry], keys: Collection[str], size: int, limit: int) -> bool:
    """Make room for some of the entries of a folder; see :func:`make_room`.

    Args:
        entries: all of them, the one used last first.
        limit: bytes that they may take.
    """
    if size > limit:
        return False
    others = [entry for entry in entries if entry.path.name not in keys]
    own = sum(entry.size for entry in entries) - sum(entry.size for entry in others)
    total = max(size, own) + sum(entry.size for entry in others)
    for entry in reversed(others):
        if total <= limit:
            break
        remove(entry.path)
        total -= entry.size
    return True


def clear() -> list[CacheEntry]:
    """Remove every entry; a run under way computes what it still needs. Returns what was removed.

    Raises:
        BadOption: the folder may not be changed.
    """
    return remove_all(cache_entries())


def remove_all(entries: list[Removed]) -> list[Removed]:
    """Remove entries, and return them.

    Raises:
        BadOption: the folder may not be changed.
    """
    for entry in entries:
        remove(entry.path)
    left = [entry for entry in entries if entry.path.exists()]
    if left:
        raise BadOption(f"Cannot remove {left[0].path}. May you write there?")
    return entries


def remove(path: Path) -> None:
    """Remove an entry, as far as it can be."""
    shutil.rmtree(path, ignore_errors=True)
