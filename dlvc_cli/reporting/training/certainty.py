"""What a test says of how sure a network is: its calibration, and the worst images."""

from __future__ import annotations

from rich.table import Table

from dlvc_cli.reporting.console import plain_text, results_console
from dlvc_cli.reporting.plain_table import PlainTable
from dlvc_cli.runs.calibration import Calibration
from dlvc_cli.runs.results import TestResult

__all__ = ["print_certainty"]

# Of the worst images, so many are shown.
_MOST_ROWS = 5


def print_certainty(result: TestResult) -> None:
    """Print the calibration, and the images that are most confidently wrong."""
    console = results_console()
    if (found := result.calibration) is not None:
        surer = "surer than" if found.confidence > result.accuracy else "less sure than"
        console.print(
            f"Calibration: ECE {found.ece:.4f} ({len(found.bins)} bins). The mean confidence is "
            f"{found.confidence:.4f}: {surer} it is right."
        )
        console.print(_bins(found))
    if result.worst:
        console.print(_worst(result))


def _bins(found: Calibration) -> Table:
    """The bins that hold images."""
    table = PlainTable()
    table.add_column("confidence")
    for heading in ("images", "mean", "accuracy"):
        table.add_column(heading, justify="right")
    for one in found.bins:
        if one.images:
            figures = (f"{one.confidence:.4f}", f"{one.accuracy:.4f}")
            table.add_row(f"{one.low:.3f} to {one.high:.3f}", f"{one.images:,}", *figures)
    return table


def _worst(result: TestResult) -> Table:
    table = PlainTable()
    for heading in ("worst images", "true class", "taken for"):
        table.add_column(heading, overflow="fold")
    table.add_column("probability", justify="right")
    for one in result.worst[:_MOST_ROWS]:
        name = f"index {one.index}" if one.name is None else one.name
        words = (plain_text(text) for text in (name, one.target, one.predicted))
        table.add_row(*words, f"{one.probability:.4f}")
    return table
