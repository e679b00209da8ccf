"""What a descent says when it is over: a row a walk, or a row a trial where there are many."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from dlvc_cli.descent.walks import Descent
from dlvc_cli.reporting.console import results_console
from dlvc_cli.reporting.descent.captions import WHY
from dlvc_cli.reporting.formats import percent, value
from dlvc_cli.reporting.plain_table import PlainTable

__all__ = ["print_descent"]

# More walks than this are summed up.
_LISTED = 24


def print_descent(descent: Descent) -> None:
    """Print the result on standard output."""
    console = results_console()
    console.print(_walk_table(descent) if len(descent) <= _LISTED else _trial_table(descent))
    console.print(Text(_lowest(descent), style="dim"))


def _walk_table(descent: Descent) -> Table:
    table = PlainTable()
    table.add_column("trial", overflow="fold")
    for heading in ("start", "end"):
        table.add_column(heading, no_wrap=True)
    for heading in ("steps", "value", "distance"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("stopped by", no_wrap=True)
    for walk in descent:
        table.add_row(
            walk.trial.label,
            _place(walk.start),
            _place(walk.end),
            f"{walk.steps:,}",
            value(walk.value),
            f"{walk.distance:.1f}",
            WHY[walk.reason].removesuffix(" < stop"),
        )
    return table


def _place(position: tuple[float, float]) -> str:
    return ",".join(f"{coordinate:.2f}".rstrip("0").rstrip(".") for coordinate in position)


def _trial_table(descent: Descent) -> Table:
    # It takes scikit-image half a second to import.
    from dlvc_cli.descent.basins import summarise

    table = PlainTable()
    table.add_column("trial")
    for heading in ("walks", "reach a global minimum", "basins"):
        table.add_column(heading, justify="right")
    for heading in ("median steps", "median value", "least value"):
        table.add_column(heading, justify="right")
    table.add_column("stopped by")
    for walks in descent.trials:
        summary = summarise(descent.surface, walks)
        shares = ((n / summary.walks, WHY[reason]) for reason, n in summary.reasons.items())
        table.add_row(
            walks.trial.label,
            f"{summary.walks:,}",
            f"{summary.reached:,} ({percent(summary.reached / summary.walks, 1)})",
            f"{len(summary.basins.minima):,}",
            f"{summary.median_steps:,.0f}",
            value(summary.median_value),
            value(summary.least_value),
            ", ".join(f"{percent(share)} {reason}" for share, reason in shares),
        )
    return table


def _lowest(descent: Descent) -> str:
    surface = descent.surface
    column, row = surface.lowest[0]
    text = f"Lowest on the grid: {value(surface.values.min())} at {column:.0f},{row:.0f}"
    if surface.frame is not None:
        x, y = surface.frame.to_plane(column, row, (surface.rows, surface.columns))
        text += f" (x = {x:.4g}, y = {y:.4g})"
    if len(surface.lowest) > 1:
        text += f" and {len(surface.lowest) - 1:,} more"
    if len(surface.known):
        column, row = surface.known[0]
        more = f" and {len(surface.known) - 1:,} more" if len(surface.known) > 1 else ""
        text += f"; the formula's minimum: {column:.2f},{row:.2f}{more}"
    return f"{text}. Positions are column,row in grid units; distance is to the nearest of these."
