"""Where studies are, and how one is found; light, as tab completion asks too."""

from __future__ import annotations

import os
from pathlib import Path

from dlvc_cli.errors import UsageError

__all__ = ["STUDIES", "STUDY_FILE", "all_studies", "find_study", "remembers"]

STUDIES = Path("studies")
"""Where studies are made, in the current folder."""

STUDY_FILE = "study.json"
"""What a study is, in its folder."""


def remembers(folder: Path) -> bool:
    """Whether a folder is a study's that remembers what it is."""
    return os.path.lexists(folder / STUDY_FILE)


def find_study(name: str) -> Path | None:
    """Return the folder of a study at a path, or of that name in ``studies/``; None if none is.

    Raises:
        UsageError: there is a study's folder that doesn't remember what it is.
    """
    places = (Path(name), STUDIES / name)
    try:
        known = next((place for place in places if remembers(place)), None)
        other = next((place for place in places if (place / "jobs").is_dir()), None)
    except (OSError, ValueError):
        return None
    if known is None and other is not None:
        raise UsageError(
            f"{other} has no {STUDY_FILE}, which says what the study is. Name the study's TOML "
            f"file, with --folder {other}, or run the study again."
        )
    return known


def all_studies() -> list[str]:
    """Return the names of studies in ``studies/`` that remember what they are."""
    try:
        return sorted(place.name for place in STUDIES.iterdir() if remembers(place))
    except OSError:
        return []
