"""Tables of what trained networks do: predictions, a comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from dlvc_cli.reporting.console import plain_text, results_console
from dlvc_cli.reporting.formats import decimals
from dlvc_cli.reporting.output import say
from dlvc_cli.reporting.plain_table import PlainTable
from dlvc_cli.reporting.run_options import differing_options
from dlvc_cli.reporting.worth import AGAINST, BEST_FLATTERS, difference, interval
from dlvc_cli.runs.results import Prediction

__all__ = ["print_comparison", "print_predictions"]

# More classes than these make a table too wide to read.
_MOST_COLUMNS = 10


def print_predictions(predictions: Sequence[Prediction], classes: Sequence[str]) -> None:
    """Print a row an image: its class and the probabilities, the highest first where many."""
    table = PlainTable()
    table.add_column("image", overflow="fold")
    table.add_column("class")
    few = len(classes) <= _MOST_COLUMNS
    for heading in classes if few else ("probabilities",):
        table.add_column(plain_text(heading), justify="right" if few else "left")
    for prediction in predictions:
        table.add_row(
            plain_text(prediction.path or ""),
            plain_text(prediction.label, "bold"),
            *_cells(prediction.probabilities, classes if few else None),
        )
    results_console().print(table)


def _cells(probabilities: Mapping[str, float], classes: Sequence[str] | None) -> list[str]:
    if classes is not None:
        return [f"{probabilities[label]:.4f}" for label in classes]
    top = sorted(probabilities.items(), key=lambda item: -item[1])[:3]
    return [", ".join(f"{label} {p:.4f}" for label, p in top)]


def print_comparison(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a row a run, the best accuracy in bold, and the options in which they differ."""
    table = PlainTable()
    options = differing_options(rows)
    uneven = any(row["uneven"] for row in rows)
    balanced = ["balanced"] if uneven else []
    several = any(row["against_first"] for row in rows)
    beside = ["against the first"] if several else []
    headings = (
        "state",
        "epochs",
        "best accuracy",
        "95 %",
        "last",
        "last 5",
        *balanced,
        *beside,
        "at epoch",
        "minutes",
    )
    for heading in ("run", *options, *headings):
        table.add_column(heading, overflow="fold")
    best = max((row["best_acc"] for row in rows if row["best_acc"] is not None), default=None)
    for number, row in enumerate(rows):
        accuracy = row["best_acc"]
        table.add_row(
            plain_text(row["name"]),
            *(plain_text(cells[number]) for cells in options.values()),
            row["state"],
            f"{row['epoch']}/{row['epochs']}",
            "" if accuracy is None else Text(f"{accuracy:.4f}", "bold" if accuracy == best else ""),
            interval(row["interval"]),
            decimals(row["last_acc"]),
            decimals(row["last5_acc"]),
            *([decimals(row["best_balanced_acc"])] if uneven else []),
            *([difference(row["against_first"])] if several else []),
            "" if row["best_epoch"] is None else str(row["best_epoch"]),
            "" if row["seconds"] is None else f"{row['seconds'] / 60:.1f}",
        )
    results_console().print(table)
    if any(row["interval"] for row in rows):
        say(BEST_FLATTERS)
    if several:
        say(AGAINST.format(first=rows[0]["name"]))
