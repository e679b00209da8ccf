"""Tables of what is kept for later runs: decoded images, and features of images."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dlvc_cli.reporting.console import plain_text, results_console
from dlvc_cli.reporting.formats import file_size
from dlvc_cli.reporting.output import say
from dlvc_cli.reporting.plain_table import PlainTable

if TYPE_CHECKING:
    from dlvc_cli.training.data.image_cache import ImageEntry
    from dlvc_cli.training.features.disk import CacheEntry

__all__ = ["print_cache", "print_images"]


def print_images(entries: Sequence[ImageEntry], folder: Path, limit: int) -> None:
    """Print a table of decoded images, and how much room they take."""
    console = results_console()
    if entries:
        table = PlainTable()
        for heading in ("data", "split", "images", "kept at", "size", "last used"):
            table.add_column(heading, overflow="fold")
        for entry in entries:
            said = entry.about
            about = [str(said.get(key, "-")) for key in ("data", "split", "images")]
            cells = [*about, ", ".join(entry.kept) or "-", file_size(entry.size)]
            table.add_row(*map(plain_text, (*cells, _moment(entry.used) if said else "-")))
        console.print(table)
    total = file_size(sum(entry.size for entry in entries))
    console.print(f"Images: {total} of {limit / 1e9:g} GB, in {folder}", soft_wrap=True)


_ABOUT = ("model", "weights", "data", "aug", "normalize", "input", "split", "variant")


def print_cache(entries: Sequence[CacheEntry], folder: Path, limit: int) -> None:
    """Print a table of kept features, and how much of the cache they take."""
    console = results_console()
    total = file_size(sum(entry.size for entry in entries))
    if entries:
        table = PlainTable()
        for heading in (*_ABOUT, "images", "size", "last used"):
            table.add_column(heading, overflow="fold")
        for entry in entries:
            said = {key: value for key, value in entry.about.items() if value not in (None, "")}
            if "weights" in said:
                said["weights"] = Path(said["weights"]).name
            used = _moment(entry.used)
            images = f"{min(entry.kept, said.get('images', 0))}/{said.get('images', '-')}"
            cells = [*(str(said.get(key, "-")) for key in _ABOUT), images, file_size(entry.size)]
            table.add_row(*map(plain_text, (*cells, used if said else "-")))
        console.print(table)
        say(
            "A line is one variant of the images of a split of the data. Runs of the same network "
            "share it, whichever of these images they hold out."
        )
    console.print(f"Features: {total} of {limit / 1e9:g} GB, in {folder}", soft_wrap=True)


def _moment(used: float) -> str:
    return datetime.fromtimestamp(used).isoformat(" ", "minutes")
