"""The image files that arguments of a command stand for: files, folders and globs."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path

from dlvc_cli.errors import UsageError
from dlvc_cli.images.suffixes import IMAGE_SUFFIXES

__all__ = ["image_files"]


def image_files(arguments: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Return the files that ``arguments`` name, in their order, each once.

    A file counts whatever its suffix. A folder stands for the image files in it and in its
    subfolders, sorted; a glob (``*``, ``?``, ``[...]``, ``**``), which the shell may not have
    expanded, for the image files and folders that it matches. Hidden ones are left out.

    Raises:
        UsageError: there is no such file, or no image in a folder or behind a glob.
    """
    found: dict[Path, None] = {}
    for argument in arguments:
        found.update(dict.fromkeys(_expand(Path(argument).expanduser())))
    return list(found)


def _expand(path: Path) -> list[Path]:
    if path.is_dir():
        files = _in_folder(path)
        if not files:
            raise UsageError(f"There are no images in the folder {path}.")
        return files
    if path.exists():
        return [path]
    if not any(character in str(path) for character in "*?["):
        raise UsageError(f"There is no file {path}.")
    # Path.glob takes no absolute patterns.
    matches = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207
    files = [file for match in matches for file in _matched(Path(match))]
    if not files:
        raise UsageError(f"No image matches {path}.")
    return files


def _matched(path: Path) -> list[Path]:
    if path.is_dir():
        return _in_folder(path)
    return [path] if path.suffix.lower() in IMAGE_SUFFIXES else []


def _in_folder(folder: Path) -> list[Path]:
    files = []
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [Path(parent, name) for name in names if not name.startswith(".")]
    return sorted(file for file in files if file.suffix.lower() in IMAGE_SUFFIXES)
