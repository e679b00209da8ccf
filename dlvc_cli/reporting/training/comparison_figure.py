"""Runs side by side: a panel for each measure, and a table that says what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlvc_cli.files import replace_file
from dlvc_cli.reporting.sheet.broken_cells import break_cells
from dlvc_cli.reporting.sheet.legend_table import (
    LegendRow,
    draw_table,
    rows_height,
)
from dlvc_cli.reporting.sheet.style import PALETTE, new_figure
from dlvc_cli.reporting.training.curve_axes import (
    Metrics,
    column,
    draw_curve,
    epochs_of,
    finish_axes,
    finite,
    scale_values,
)
from dlvc_cli.reporting.training.measures import COMPARED, MEASURES, is_share, shares_axis
from dlvc_cli.runs.best import best_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["PlottedRun", "comparison_figure", "plot_comparison"]

# Colours, dashes and marks have no common divisor: many runs until two look the same.
_DASHES = ("solid", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)))
_MARKS = "os^vD"
# Inches: of a panel, around everything, and the least height of panels on a slide.
_PANEL, _PAD, _LEAST = (5.75, 4.1), 0.15, 2.2
# A slide has the form of a projector, and letters that are read from the last row.
_SLIDE, _SLIDE_SCALE = (40 / 3, 7.5), 1.75
# Of a cell; on a slide there is one where more would need smaller letters than on a page.
_MOST_LINES = 8


@dataclass(frozen=True)
class PlottedRun:
    """A run in a comparison.

    Attributes:
        metrics: a mapping an epoch with the keys of ``metrics.jsonl``.
        options: what tells it apart, by the option's name; the same names in all runs.
    """

    name: str
    metrics: Metrics
    options: Mapping[str, str] = field(default_factory=dict)


def plot_comparison(
    runs: Sequence[PlottedRun],
    file: Path,
    measures: Sequence[str] = COMPARED,
    *,
    slide: bool = False,
) -> None:
    """Write one figure with the curves of all runs: PNG, SVG or PDF, by the file's name.

    Args:
        measures: keys of ``metrics.jsonl``, a panel each.
        slide: 16:9, with large letters.

    Raises:
        RunError: the file cannot be written.
    """
    figure = comparison_figure(runs, measures, slide=slide)
    with replace_file(file) as handle:
        figure.savefig(handle, format=file.suffix[1:].lower())


def comparison_figure(
    runs: Sequence[PlottedRun], measures: Sequence[str] = COMPARED, *, slide: bool = False
) -> Figure:
    """Draw what :func:`plot_comparison` writes."""
    from dlvc_cli.reporting.sheet.settle import settle

    across = 2 if len(measures) == 4 else len(measures)
    down = -(-len(measures) // across)
    width, dpi = (_SLIDE[0], 144) if slide else (_PANEL[0] * max(across, 1.3), 120)
    scale, headings, rows = _legend(runs, width - 4 * _PAD, dpi, slide)
    legend = rows_height(rows, scale)
    height = _SLIDE[1] if slide else _PANEL[1] * down + legend + 2 * _PAD
    figure = new_figure(width, height, dpi)
    low = (legend + 2 * _PAD) / height
    pads = {"w_pad": 0.1 * scale, "h_pad": 0.08 * scale, "wspace": 0.02, "hspace": 0.02}
    figure.set_layout_engine("constrained", rect=(0, low, 1, 1 - low), **pads)
    looks = [_look(number, scale) for number in range(len(runs))]
    rows = [replace(row, look=look) for row, look in zip(rows, looks, strict=True)]
    panels = [figure.add_subplot(down, across, k + 1) for k in range(len(measures))]
    for axes, measure in zip(panels, measures, strict=True):
        same = [other for other in measures if shares_axis(measure, other)] or [measure]
        _draw_panel(axes, runs, measure, same, looks, scale)
    place = (2 * _PAD, legend + _PAD, width - 4 * _PAD)
    right = frozenset({len(headings) - 2, len(headings) - 1})
    draw_table(figure, headings, rows, place, right=right, scale=scale)
    settle(figure)
    return figure


def _legend(
    runs: Sequence[PlottedRun], width: float, dpi: int, slide: bool
) -> tuple[float, Sequence[str], list[LegendRow]]:
    """How large letters are, the headings of the table, and its rows, broken into lines."""
    headings, rows = _rows(runs)
    # Texts are measured on it.
    figure = new_figure(width, 1, dpi)

    def broken(scale: float, most: int) -> list[LegendRow]:
        options = range(1, len(headings) - 2)
        return break_cells(figure, headings, rows, options, width, scale, most)

    if not slide:
        return 1.0, headings, broken(1.0, _MOST_LINES)
    scale, room = _SLIDE_SCALE, _SLIDE[1] - 2 * _PAD - _LEAST * _SLIDE_SCALE
    # As large as leaves the curves enough room.
    while rows_height(table := broken(scale, _MOST_LINES if scale > 1 else 1), scale) > room:
        scale *= 0.95
    return scale, headings, table


def _look(number: int, scale: float) -> dict[str, Any]:
    """The line of a run, by its number."""
    rounds, mark = number // len(PALETTE), _MARKS[number % len(_MARKS)]
    return {
        "color": PALETTE[number % len(PALETTE)],
        "linestyle": _DASHES[rounds % len(_DASHES)],
        "marker": mark,
        "linewidth": 1.6 * scale,
        # A triangle is smaller than others of its size.
        "markersize": (6.5 if mark in "^v" else 5) * scale,
        "markeredgecolor": "white",
        "markeredgewidth": 0.5 * scale,
    }


def _draw_panel(
    axes: Axes,
    runs: Sequence[PlottedRun],
    measure: str,
    same: Sequence[str],
    looks: Sequence[Mapping[str, Any]],
    scale: float,
) -> None:
    """Draw a measure of all runs.

    Args:
        same: measures whose values are to lie on the axis, too.
    """
    shown = [column(run.metrics, key) for run in runs for key in same]
    if any(finite(column(run.metrics, measure)) for run in runs):
        scale_values(axes, shown, share=is_share(measure))
    for number, (run, look) in enumerate(zip(runs, looks, strict=True)):
        draw_curve(axes, run.metrics, measure, number, scale, **look)
    finish_axes(axes, MEASURES[measure], [epochs_of(run.metrics) for run in runs], scale)


def _rows(runs: Sequence[PlottedRun]) -> tuple[Sequence[str], list[LegendRow]]:
    """Headings, and a row a run: what it is called, what differs, and how good it became."""
    options = list(runs[0].options) if runs else []
    rows = []
    for run in runs:
        found = best_of(run.metrics)
        best = ("", "") if found is None else (f"{found[1]['val_acc']:.4f}", f"{found[0]:g}")
        differs = (run.options[name] or "–" for name in options)
        rows.append(LegendRow((run.name, *differs, *best)))
    return ("run", *options, "best accuracy", "at epoch"), rows
