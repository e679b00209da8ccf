"""The user's cache of decoded images: where it is, what is in it, and how large it may grow.

A folder an entry, ``images/KEY/``, which is a split of a data set in one state of its files:
``about.json`` says what it is, ``sizes.json`` what sizes its files have, and every other file holds
all its images at one size. Imports nothing heavy.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import PIL
from platformdirs import user_cache_path

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import DlvcError
from dlvc_cli.files import read_json, write_json
from dlvc_cli.images.decode import DECODING, Target
from dlvc_cli.runs.schema import COUNT, TEXT, optional, problem_with
from dlvc_cli.training.data.samples import sample_of
from dlvc_cli.training.data.subsets import Subset
from dlvc_cli.training.features.disk import IMAGE_LIMIT, bytes_of, fits, remove_all

__all__ = [
    "ImageEntry",
    "clear_images",
    "image_entries",
    "image_folder",
    "image_limit",
    "keeps_images",
    "key_of",
    "name_of",
    "room_for_images",
    "touch",
    "write_about",
]

_DEFAULT_GB = 20.0
_ABOUT = {"data": optional(TEXT), "split": TEXT, "images": COUNT}
_SUFFIX = ".pixels"


@dataclass(frozen=True)
class ImageEntry:
    """The images of a split of a data set.

    Attributes:
        path: its folder.
        about: what ``about.json`` says: data, split, images; nothing where it is damaged.
        size: bytes on disk.
        used: when it was last used, seconds since 1970.
        kept: at which sizes and fits the images are kept: ``32x32 crop``.
    """

    path: Path
    about: dict[str, Any]
    size: int
    used: float
    kept: tuple[str, ...]

    @property
    def key(self) -> str:
        return self.path.name


def image_folder() -> Path:
    """Return the folder of all entries; it may not exist yet."""
    return user_cache_path("dlvc") / "images"


def image_limit() -> int:
    """Return the most bytes that the images may take.

    Raises:
        BadOption: ``$DLVC_IMAGE_CACHE_GB`` is no number.
    """
    return bytes_of(IMAGE_LIMIT, _DEFAULT_GB)


def keeps_images(config: TrainConfig) -> bool:
    """Whether decoded images are kept for others at all."""
    return config.image_cache and image_limit() > 0


def key_of(source: Subset, fingerprint: str) -> str | None:
    """Return the key of a split of a data set, None where its samples are no files.

    It depends on what the data set says of itself, on the size of each file and when it was last
    written, and on what decodes them.
    """
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{DECODING} {PIL.__version__} {fingerprint}\n".encode())
    for index in source.indices:
        try:
            sample = sample_of(source, index)
        except DlvcError:
            return None
        if not isinstance(sample, str | os.PathLike):
            return None
        try:
            found = os.stat(sample)  # noqa: PTH116 - any path-like
            state = f"{found.st_size} {found.st_mtime_ns}"
        except OSError:
            state = "gone"
        name = source.split.names[index]
        digest.update(f"{name}\0{state}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def name_of(target: Target) -> str:
    """Return the name of the file of an entry that holds images brought to ``target``."""
    height, width = target.size
    full = "" if target.reduced else "-full"
    return f"{height}x{width}-{target.how}{full}{_SUFFIX}"


def image_entries() -> list[ImageEntry]:
    """Return the entries, the one used last first."""
    try:
        found = [_entry(path) for path in image_folder().iterdir() if path.is_dir()]
    except OSError:
        return []
    return sorted(found, key=lambda entry: -entry.used)


def _entry(path: Path) -> ImageEntry:
    said, used = _said_of(path) or ({}, 0.0)
    size, kept = 0, []
    # Another process may be removing it at this moment.
    with suppress(OSError):
        for file in path.iterdir():
            with suppress(OSError):
                size += file.stat().st_size
                if file.suffix == _SUFFIX and not file.name.startswith("."):
                    kept.append(file.stem.replace("-", " "))
    return ImageEntry(path, said, size, used, tuple(sorted(kept)))


def _said_of(path: Path) -> tuple[dict[str, Any], float] | None:
    """What an entry's ``about.json`` holds, and when it was last used; None of a damaged one."""
    about = path / "about.json"
    try:
        said = read_json(about)
        return None if problem_with(said, _ABOUT) else (said, about.stat().st_mtime)
    except (OSError, ValueError):
        return None


def write_about(key: str, about: Mapping[str, Any]) -> Path:
    """Make an entry, and return its folder.

    Raises:
        OSError, RunError: the disk is full or may not be written.
    """
    folder = image_folder() / key
    folder.mkdir(parents=True, exist_ok=True)
    if _said_of(folder) is None:
        write_json(folder / "about.json", about)
    return folder


def touch(key: str) -> None:
    """Remember that an entry has been used now."""
    with suppress(OSError):
        os.utime(image_folder() / key / "about.json")


def room_for_images(key: str, size: int) -> bool:
    """Make room for an entry, by removing what has not been used for longest.

    Args:
        size: bytes that will be added to it.

    Returns:
        Whether it fits into the limit; if not, nothing is removed for it.
    """
    entries = image_entries()
    own = sum(entry.size for entry in entries if entry.key == key)
    return fits(entries, {key}, own + size, image_limit())


def clear_images() -> list[ImageEntry]:
    """Remove every entry; runs under way keep what they have mapped. Returns what was removed.

    Raises:
        BadOption: the folder may not be changed.
    """
    return remove_all(image_entries())
