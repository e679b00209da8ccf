"""What a data set holds, as tables: images of each class in each split, and their sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from dlvc_cli.reporting import formats
from dlvc_cli.reporting.console import plain_text, print_sentences, results_console
from dlvc_cli.reporting.plain_table import PlainTable, fact_grid
from dlvc_cli.runs.balance import is_uneven

__all__ = ["DATA_KEYS", "print_data"]

DATA_KEYS = frozenset("classes splits sizes formats modes notices".split())
"""What of a data set's description stands in these tables, and not in the list above them."""

Row = Mapping[str, Any]

# Of more classes than these, the largest and the smallest are shown.
_MOST_CLASSES = 40
_MOST_NAMED = 5
# Colour of 8 bits a channel, which is what every image becomes: nothing to be said.
_USUAL = {"RGB", "uint8 x 3"}
_MODES = {
    "1": "black and white",
    "L": "grey",
    "LA": "grey with transparency",
    "P": "palette",
    "RGB": "colour",
    "RGBA": "colour with transparency",
    "CMYK": "print colours (CMYK)",
    "I;16": "grey, 16 bits",
}


def print_data(row: Row) -> None:
    """Print the classes' counts, what the images are, and a sentence for whatever is off."""
    if "splits" not in row:
        return
    console = results_console()
    console.print()
    console.print(_classes(row))
    console.print()
    console.print(_images(row))
    print_sentences(console, _sentences(row))


def _classes(row: Row) -> PlainTable:
    splits: Mapping[str, Row] = row["splits"]
    uneven = {name for name, split in splits.items() if is_uneven(split["counts"])}
    table = PlainTable()
    table.add_column("class", overflow="fold")
    for name in splits:
        table.add_column(plain_text(name), justify="right")
        if name in uneven:
            table.add_column("share", justify="right")

    def add(title: str, values: Mapping[str, int], style: str = "") -> None:
        cells = [plain_text(title, style)]
        for name, value in values.items():
            cells.append(plain_text(formats.count(value), style))
            if name in uneven:
                share = value / max(splits[name]["images"], 1)
                cells.append(plain_text(formats.percent(share, 1), style))
        table.add_row(*cells)

    for label in _labels(row):
        if label is None:
            table.add_row(plain_text("...", "dim"))
        else:
            counts = {name: split["counts"][label] for name, split in splits.items()}
            add(row["classes"][label], counts)
    add("all", {name: split["images"] for name, split in splits.items()}, "bold")
    return table


def _labels(row: Row) -> list[int | None]:
    """The classes to show, in their order; of very many the largest and the smallest."""
    number = len(row["classes"])
    if number <= _MOST_CLASSES:
        return list(range(number))
    totals = [sum(split["counts"][n] for split in row["splits"].values()) for n in range(number)]
    by_size = sorted(range(number), key=lambda label: -totals[label])
    half = _MOST_CLASSES // 2
    return [*by_size[:half], None, *by_size[-half:]]


def _images(row: Row) -> Table:
    facts: dict[str, str] = {}
    if row["sizes"]:
        facts["sizes"] = _sizes(row["sizes"])
    if row["formats"].keys() - {"array"}:
        facts["formats"] = _shares(row["formats"])
    if row["modes"].keys() - _USUAL:
        modes = {_MODES.get(mode, mode): number for mode, number in row["modes"].items()}
        facts["pixels"] = _shares(modes)
    return fact_grid((name, plain_text(text)) for name, text in facts.items())


def _sizes(sizes: Sequence[Row]) -> str:
    total = sum(entry["images"] for entry in sizes)
    common = sizes[0]
    if len(sizes) == 1:
        return f"all {formats.pixels(common['size'])} (height x width)"
    by_area = sorted((entry["size"] for entry in sizes), key=lambda size: (size[0] * size[1], size))
    return (
        f"{len(sizes):,} (height x width): most often {formats.pixels(common['size'])} "
        f"({formats.percent(common['images'] / total)}), smallest {formats.pixels(by_area[0])}, "
        f"largest {formats.pixels(by_area[-1])}"
    )


def _shares(counts: Mapping[str, int]) -> str:
    if len(counts) == 1:
        return next(iter(counts))
    return ", ".join(f"{name} {formats.count(number)}" for name, number in counts.items())


def _sentences(row: Row) -> list[str]:
    said = list(row["notices"])
    splits: Mapping[str, Row] = row["splits"]
    bad = [(name, split["unreadable"]) for name, split in splits.items() if split["unreadable"]]
    for name, errors in bad:
        files = "1 image" if len(errors) == 1 else f"{len(errors):,} images"
        said.append(f"{files} of {name} cannot be read; training takes --skip-bad-files then:")
        said += [f"  {error}" for error in errors[:_MOST_NAMED]]
        if len(errors) > _MOST_NAMED:
            said.append(f"  and {len(errors) - _MOST_NAMED:,} more (--json has all)")
    uneven = [name for name, split in splits.items() if is_uneven(split["counts"])]
    if uneven:
        said.append(f"The classes of {', '.join(uneven)} are uneven: see balanced accuracy.")
    return said
