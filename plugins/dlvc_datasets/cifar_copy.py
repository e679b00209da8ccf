"""Where a copy of CIFAR-10 may lie on this machine. Light: it only looks."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["ARCHIVE", "FOLDER", "available", "data_folder", "find_copy"]

ARCHIVE = "cifar-10-python.tar.gz"
FOLDER = "cifar-10-batches-py"


def data_folder() -> Path:
    """Return ``$DLVC_HOME/data``, DLVC_HOME being the user's data folder where it isn't set."""
    home = os.environ.get("DLVC_HOME")
    if not home:
        from platformdirs import user_data_dir

        home = user_data_dir("dlvc", appauthor=False)
    return Path(home).expanduser() / "data"


def find_copy(path: Path) -> Path | None:
    """Return the folder of batches or the archive that ``path`` is or holds, None for none."""
    if path.is_file():
        return path
    for folder in (path, path / FOLDER):
        if (folder / "data_batch_1").is_file():
            return folder
    archive = path / ARCHIVE
    return archive if archive.is_file() else None


def available() -> bool:
    """Whether a copy is in the data folder."""
    return find_copy(data_folder()) is not None
