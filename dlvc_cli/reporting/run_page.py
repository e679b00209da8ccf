"""The page about one run: what was trained, how, what came of it, and where its files are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from dlvc_cli.reporting import formats
from dlvc_cli.reporting.console import page_console, plain_text, print_sentences
from dlvc_cli.reporting.listing import local_moment
from dlvc_cli.reporting.plain_table import fact_grid
from dlvc_cli.reporting.run_facts import classes_fact, images_fact, left_out_fact, model_fact
from dlvc_cli.reporting.worth import interval

__all__ = ["print_run"]

Row = Mapping[str, Any]
Facts = Sequence[tuple[str, str]]

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
    data = row["data"]
    return (
        ("model", model_fact(row["model"], row["parameter_count"], row["trained"])),
        ("weights", row["weights"] or ""),
        ("data", str(data.get("name", ""))),
        ("images", images_fact(data)),
        ("left out", left_out_fact(data)),
        ("classes", classes_fact(data)),
    )


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
