"""Files that a figure can be written to, checked before any work: imports nothing heavy."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from dlvc_cli.errors import BadOption

__all__ = ["DRAWN", "STILL", "check_target"]

STILL = (".png", ".svg", ".pdf")
"""What a name of a figure ends in."""

DRAWN = (*STILL, ".gif", ".html")
"""What a name of a figure, an animation or a page ends in."""


def check_target(target: Path, suffixes: Sequence[str], option: str = "") -> None:
    """Refuse a file that can't be written.

    Args:
        suffixes: those that its name may have.
        option: what it was given with, for messages.

    Raises:
        BadOption: another suffix, no such folder, or a place that can't be written.
    """
    said = f"{option} {target}".strip()
    if target.suffix.lower() not in suffixes:
        raise BadOption(f"{said}: the name must end in {' or '.join(suffixes)}.")
    folder = target.parent
    if not folder.is_dir():
        raise BadOption(f"{said}: there is no folder {folder}. Make it first.")
    if target.is_dir():
        raise BadOption(f"{said} is a folder. Give a file's name.")
    if not os.access(folder, os.W_OK):
        raise BadOption(f"{said} cannot be written. Choose another place.")
