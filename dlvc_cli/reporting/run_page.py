"""The page about one run: what was trained, how, what came of it, and where its files are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from dlvc_cli.reporting import formats
from dlvc_cli.reporting.console import page_console, plain_text, print_sentences
from dlvc_cli.reporting.listing import local_moment
from dlvc_cli.reporting.plain_table import fact_grid
from dlvc_cli.reporting.worth import interval

__all__ = ["print_run"]

Row = Mapping[str, Any]
Facts = Sequence[tuple[str, str]]

# Of more classes than these, the first are named.
_MOST_CLASSES = 10
# Files of fewer bytes are named alone.
_SMALL = 500
# The versions that matter to most; run.json has those of all packages.
_PACKAGES = ("dlvc-cli", "python", "torch")


def print_run(row: Row, files: Mapping[str, int]) -> None:
    """Print groups of facts about a run, and a sentence for whatever is damaged.

    Args:
        row: its description.
        files: bytes of each of its files, by name.
    """
    console = page_console()
    heading = plain_text(row["name"], "bold")
    heading.append("  runs", style="dim")
    console.print(heading)
    groups = (_what(row), _how(row), _result(row), _files(row, files))
    facts: list[tuple[str, Text]] = []
    for group in groups:
        facts += [("", Text())] * bool(facts)
        facts += [(name, plain_text(text)) for name, text in group if text]
    console.print(fact_grid(facts))
    print_sentences(console, row["damage"])


def _what(row: Row) -> Facts:
    data, count, trained = row["data"], row["parameter_count"], row["trained"]
    part = f", {formats.count(trained)} of them trained" if trained != count else ""
    names = data["classes"]
    more = f" and {len(names) - _MOST_CLASSES:,} more" if len(names) > _MOST_CLASSES else ""
    left_out = [f"{len(files):,} of {split}" for split, files in data["skipped"].items() if files]
    return (
        ("model", f"{row['model']}, {formats.count(count)} parameters{part}"),
        ("weights", row["weights"] or ""),
        ("data", str(data.get("name", ""))),
        ("images", ", ".join(_images(data, split) for split in data["images"])),
        ("left out", ", ".join(left_out)),
        ("classes", ", ".join(names[:_MOST_CLASSES]) + more),
    )


def _images(data: Row, split: str) -> str:
    """``train 7,959 (3,980 + 3,979)``: how many a split has, and of each class where few are."""
    counts = (data.get("class_counts") or {}).get(split, ())
    by_class = " + ".join(map(formats.count, counts)) if len(counts) <= _MOST_CLASSES else ""
    return f"{split} {data['images'][split]:,}" + (f" ({by_class})" if by_class else "")


def _how(row: Row) -> Facts:
    known = [f"{name} {row['versions'][name]}" for name in _PACKAGES if name in row["versions"]]
    return (
        ("command", row["summary"]),
        ("seed", str(row["seed"])),
        ("device", row["device"]),
        ("versions", ", ".join(known)),
    )


def _result(row: Row) -> Facts:
    best = ""
    if row["best_acc"] is not None:
        best = f"{formats.decimals(row['best_acc'])} validation accuracy"
        if row["uneven"] and row["best_balanced_acc"] is not None:
            best += f" (balanced {formats.decimals(row['best_balanced_acc'])})"
        best += f", at epoch {row['best_epoch']}"
    return (
        ("state", row["state"]),
        ("epochs", f"{row['epoch']} of {row['epochs']}"),
        ("best", best),
        ("95 %", interval(row["interval"])),
        ("time", "" if row["seconds"] is None else formats.duration(row["seconds"])),
        ("begun", local_moment(row["created"])),
    )


def _files(row: Row, files: Mapping[str, int]) -> Facts:
    sizes = (
        f"{name} ({formats.file_size(size)})" if size >= _SMALL else name
        for name, size in files.items()
    )
    return (("folder", row["path"]), ("files", ", ".join(sizes)))
