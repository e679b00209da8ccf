"""The image files that arguments of a command stand for: files, folders and globs."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path

from dlvc_cli.errors import UsageError
from dlvc_cli.images.folder_files import Listing, is_clutter, list_images
from dlvc_cli.images.suffixes import IMAGE_SUFFIXES

__all__ = ["image_files"]


def image_files(arguments: Iterable[str | os.PathLike[str]]) -> Listing:
    """Return the files that ``arguments`` name, in their order, each once.

    A file counts as an image whatever its suffix. A folder stands for the image files in it and in
    its subfolders, as training lists them; a glob (``*``, ``?``, ``[...]``, ``**``), which the
    shell may not have expanded, for the image files and folders that it matches, but hidden ones.

    Raises:
        UsageError: there is no such file, no image in a folder or behind a glob, or a folder can't
            be read.
    """
    found = Listing()
    for argument in arguments:
        listing = _expand(Path(argument).expanduser())
        found.images += listing.images
        found.others += listing.others
    return Listing(*(list(dict.fromkeys(paths)) for paths in (found.images, found.others)))


def _expand(path: Path) -> Listing:
    if path.is_dir():
        listing = _in_folder(path)
        if not listing.images:
            raise UsageError(f"There are no images in the folder {path}.")
        return listing
    if path.exists():
        return Listing([path])
    if not any(character in str(path) for character in "*?["):
        raise UsageError(f"There is no file {path}.")
    listing = Listing()
    for match in _matches(path):
        found = _matched(match)
        listing.images += found.images
        listing.others += found.others
    if not listing.images:
        raise UsageError(f"No image matches {path}.")
    return listing


def _matches(pattern: Path) -> list[Path]:
    """Return what matches a glob, sorted, but clutter and what is seen again through a loop."""
    # Path.glob takes no absolute patterns.
    paths = [Path(match) for match in glob.glob(str(pattern), recursive=True)]  # noqa: PTH207
    asked = set(pattern.parts)
    return sorted(
        path
        for path in paths
        if not any(is_clutter(part) for part in path.parts if part not in asked)
        and not _in_a_loop(path)
    )


def _in_a_loop(path: Path) -> bool:
    """Whether a path goes through one and the same folder twice."""
    folders = [folder for folder in (path, *path.parents) if folder.is_dir()]
    return len({os.path.realpath(folder) for folder in folders}) < len(folders)


def _matched(path: Path) -> Listing:
    if path.is_dir():
        return _in_folder(path)
    return Listing([path]) if path.suffix.lower() in IMAGE_SUFFIXES else Listing([], [path])


def _in_folder(folder: Path) -> Listing:
    try:
        return list_images(folder)
    except OSError as error:
        raise UsageError(f"{error.filename or folder} can't be read: {error.strerror}.") from error
