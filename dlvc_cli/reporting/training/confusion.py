"""What a test says: loss, accuracy, and which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from dlvc_cli.reporting.console import plain_text, results_console
from dlvc_cli.reporting.formats import decimals, percent
from dlvc_cli.reporting.plain_table import PlainTable
from dlvc_cli.reporting.training.certainty import print_certainty
from dlvc_cli.reporting.worth import over_variants
from dlvc_cli.runs.balance import is_uneven
from dlvc_cli.runs.results import TestResult

__all__ = ["print_test"]

# More classes than these make a table too wide to read.
_MOST_COLUMNS = 10
# Of many classes, and of their confusions, so many are shown.
_MOST_ROWS = 12


def print_test(name: str, result: TestResult) -> None:
    """Print loss, accuracy, confusion matrix, calibration and the worst images."""
    console = results_console()
    totals = [one.images for one in result.per_class]
    balanced = f", balanced {decimals(result.balanced_accuracy)}" if is_uneven(totals) else ""
    accuracy = f"accuracy {result.accuracy:.4f}{balanced}"
    where = result.split if result.data is None else f"{result.split} of {result.data}"
    console.print(
        f"{name} on {where} ({result.images:,} images): {accuracy}, loss {decimals(result.loss)}",
    )
    if result.from_run:
        console.print(f"From what the run has kept of epoch {result.epoch}: nothing was run again.")
    if averaged := over_variants(result.tta):
        console.print(averaged)
    if result.interval is not None:
        low, high = result.interval
        console.print(f"95 % interval of the accuracy: {low:.3f} to {high:.3f} (Wilson)")
    if undecided := sum(result.undecided):
        console.print(
            f"The network gives no finite numbers for {undecided:,} of them: they count as wrong.",
        )
    for name, figure in result.metrics.items():
        console.print(plain_text(f"{name} {decimals(figure)}"))
    if len(result.classes) <= _MOST_COLUMNS:
        console.print(_whole_matrix(result))
    else:
        console.print(_worst_classes(result))
        confusions = len(_confusions(result))
        if confusions:
            console.print(_most_confused(result, totals))
        console.print(
            f"{confusions:,} pairs of the {len(result.classes):,} classes are confused; --json has "
            "all."
        )
    print_certainty(result)


def _whole_matrix(result: TestResult) -> Table:
    table = PlainTable()
    table.add_column("true class")
    for label in result.classes:
        table.add_column(plain_text(f"as {label}"), justify="right", overflow="fold")
    for heading in ("recall", "precision"):
        table.add_column(heading, justify="right")
    for one, counts in zip(result.per_class, result.confusion, strict=True):
        shares = (_share(one.recall), _share(one.precision))
        table.add_row(plain_text(one.label), *(f"{n:,}" for n in counts), *shares)
    return table


def _worst_classes(result: TestResult) -> Table:
    """The classes that are recognised least, of those that occur."""
    table = PlainTable()
    table.add_column("recognised least")
    for heading in ("images", "recall", "precision"):
        table.add_column(heading, justify="right")
    there = [one for one in result.per_class if one.recall is not None]
    for one in sorted(there, key=lambda one: one.recall or 0.0)[:_MOST_ROWS]:
        shares = (_share(one.recall), _share(one.precision))
        table.add_row(plain_text(one.label), f"{one.images:,}", *shares)
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


def _share(share: float | None) -> str:
    return "none" if share is None else f"{share:.4f}"
