"""What a test says: loss, accuracy, and which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from dlvc_cli.reporting.console import plain_text, results_console
from dlvc_cli.reporting.formats import decimals, percent
from dlvc_cli.reporting.plain_table import PlainTable
from dlvc_cli.runs.balance import is_uneven
from dlvc_cli.runs.results import TestResult

__all__ = ["print_test"]

# More classes than these make a table too wide to read.
_MOST_COLUMNS = 10
# Of many classes, and of their confusions, so many are shown.
_MOST_ROWS = 12


def print_test(name: str, result: TestResult) -> None:
    """Print loss, accuracy and confusion matrix."""
    console = results_console()
    missing = result.undecided or (0,) * len(result.classes)
    totals = [sum(row) + lost for row, lost in zip(result.confusion, missing, strict=True)]
    balanced = f", balanced {decimals(result.balanced_accuracy)}" if is_uneven(totals) else ""
    accuracy = f"accuracy {result.accuracy:.4f}{balanced}"
    where = result.split if result.data is None else f"{result.split} of {result.data}"
    console.print(
        f"{name} on {where} ({result.images:,} images): {accuracy}, loss {decimals(result.loss)}",
    )
    if result.interval is not None:
        low, high = result.interval
        console.print(f"95 % interval of the accuracy: {low:.3f} to {high:.3f} (Wilson)")
    if undecided := sum(result.undecided):
        console.print(
            f"The network gives no finite numbers for {undecided:,} of them: they count as wrong.",
        )
    if len(result.classes) <= _MOST_COLUMNS:
        console.print(_whole_matrix(result, totals))
        return
    console.print(_worst_classes(result, totals))
    confusions = len(_confusions(result))
    if confusions:
        console.print(_most_confused(result, totals))
    console.print(
        f"{confusions:,} pairs of the {len(result.classes):,} classes are confused; --json has all."
    )


def _whole_matrix(result: TestResult, totals: Sequence[int]) -> Table:
    table = PlainTable()
    table.add_column("true class")
    for label in result.classes:
        table.add_column(plain_text(f"as {label}"), justify="right", overflow="fold")
    table.add_column("right", justify="right")
    for row, (label, counts) in enumerate(zip(result.classes, result.confusion, strict=True)):
        share = _share(counts[row], totals[row])
        table.add_row(plain_text(label), *(f"{n:,}" for n in counts), share)
    return table


def _worst_classes(result: TestResult, totals: Sequence[int]) -> Table:
    """The classes that are recognised least, of those that occur."""
    table = PlainTable()
    table.add_column("recognised least")
    for heading in ("images", "right"):
        table.add_column(heading, justify="right")
    there = [row for row, total in enumerate(totals) if total]
    worst = sorted(there, key=lambda row: result.confusion[row][row] / totals[row])
    for row in worst[:_MOST_ROWS]:
        share = _share(result.confusion[row][row], totals[row])
        table.add_row(plain_text(result.classes[row]), f"{totals[row]:,}", share)
    return table


def _most_confused(result: TestResult, totals: Sequence[int]) -> Table:
    """Which class is taken for which other most often."""
    table = PlainTable()
    for heading in ("true class", "taken for"):
        table.add_column(heading)
    for heading in ("images", "of the class"):
        table.add_column(heading, justify="right")
    for row, column, count in _confusions(result)[:_MOST_ROWS]:
        names = (plain_text(result.classes[index]) for index in (row, column))
        table.add_row(*names, f"{count:,}", percent(count / totals[row]))
    return table


def _confusions(result: TestResult) -> list[tuple[int, int, int]]:
    """(true class, predicted, images) of each confusion that occurs, the most frequent first."""
    cells = [
        (row, column, count)
        for row, counts in enumerate(result.confusion)
        for column, count in enumerate(counts)
        if count and row != column
    ]
    return sorted(cells, key=lambda cell: -cell[2])


def _share(count: int, total: int) -> str:
    return f"{count / total:.4f}" if total else "none"
