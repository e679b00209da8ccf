"""The image files in a folder: what training and prediction both see of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dlvc_cli.errors import some_of
from dlvc_cli.images.suffixes import IMAGE_SUFFIXES

__all__ = ["Listing", "is_clutter", "left_out_notice", "list_images"]

# What Windows, macOS, network disks and file systems leave in folders, beside hidden files.
_CLUTTER = frozenset(
    "thumbs.db ehthumbs.db desktop.ini $recycle.bin __macosx @eadir @recycle #recycle #snapshot "
    "lost+found".split()
) | {"system volume information", "icon\r"}


@dataclass
class Listing:
    """What is in a folder, without hidden files and clutter, in order of names.

    Attributes:
        images: files whose suffix is an image's; whether they can be read is not looked at.
        others: files with another suffix, or none.
        folders: those that were met.
    """

    images: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)


def list_images(folder: Path, deep: bool = True) -> Listing:
    """List a folder, and (``deep``) all folders in it.

    Links are followed. A folder that is met again, and one that ``folder`` lies in, is passed over:
    each is read once, and a loop ends.

    Raises:
        OSError: a folder can't be read.
    """
    listing = Listing()
    here = Path(os.path.realpath(folder))
    _add(folder, listing, {here, *here.parents}, deep)
    return listing


def _add(folder: Path, listing: Listing, seen: set[Path], deep: bool) -> None:
    for entry in _visible(folder):
        if entry.is_dir():
            real = Path(os.path.realpath(entry))
            if real in seen:
                continue
            listing.folders.append(entry)
            if deep:
                seen.add(real)
                _add(entry, listing, seen, deep)
        else:
            image = entry.suffix.lower() in IMAGE_SUFFIXES
            (listing.images if image else listing.others).append(entry)


def _visible(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if not is_clutter(entry.name))


def is_clutter(name: str) -> bool:
    """Whether a file or folder of this name is hidden, or nothing that a user put there."""
    return name.startswith(".") or name.lower() in _CLUTTER


def left_out_notice(others: Sequence[Path]) -> str:
    """Say how many files are left out since they are no images, and name some."""
    names = some_of(path.name for path in others)
    if len(others) == 1:
        return f"1 file that is no image is left out: {names}."
    text = f"{len(others):,} files that are no images are left out: {names}"
    return text if text.endswith("...") else f"{text}."
