"""A legend that says how each walk, or the walks of each trial, have ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlvc_cli.descent.walks import Descent
from dlvc_cli.reporting.descent.captions import WHY
from dlvc_cli.reporting.descent.figures.canvas import Canvas, edge, rim
from dlvc_cli.reporting.descent.figures.curve_panel import WalkCurve, mark_size
from dlvc_cli.reporting.sheet.legend_table import LegendRow, draw_table, table_height
from dlvc_cli.reporting.sheet.numbers import number

__all__ = ["Entry", "draw_legend", "legend_entries", "legend_height"]

_ROWS = 12


@dataclass(frozen=True)
class Entry:
    """A row of the legend."""

    colour: str
    label: str
    steps: str
    value: str
    why: str
    mark: str


def legend_entries(descent: Descent, curves: Sequence[WalkCurve]) -> list[Entry]:
    """A row for each colour; none where there is a single one."""
    if len({curve.colour for curve in curves}) == 1 and len(descent.trials) == 1:
        return []
    if len(descent.trials) == 1 or len(descent.trials[0]) == 1:
        return [_entry(curve, len(descent.trials) == 1) for curve in curves]
    count = len(descent.trials[0])
    return [
        Entry(
            curve.colour,
            walks.trial.label,
            f"{np.median(walks.steps):,.0f}",
            number(float(np.median(walks.values))),
            f"median of {count}",
            curve.mark,
        )
        for walks, curve in zip(descent.trials, curves[::count], strict=True)
    ]


def _entry(curve: WalkCurve, single: bool) -> Entry:
    walk = curve.walk
    start = f"from {walk.start[0]:.5g},{walk.start[1]:.5g}"
    label = start if single else walk.trial.label
    value, why = number(walk.value), WHY[walk.reason]
    return Entry(curve.colour, label, f"{walk.steps:,}", value, why, curve.mark)


def legend_height(entries: Sequence[Entry]) -> float:
    """The inches that a legend takes."""
    return table_height(min(len(entries), _ROWS))


def _look(entry: Entry) -> dict[str, Any]:
    return {
        "color": entry.colour,
        "linewidth": 3,
        "path_effects": rim(entry.colour, 3),
        "marker": entry.mark,
        "markersize": mark_size(entry.mark, 8),
        "markeredgecolor": edge(entry.colour),
    }


def draw_legend(
    canvas: Canvas, entries: Sequence[Entry], left: float, top: float, width: float
) -> None:
    """Write the legend from (left, top) downwards, in inches."""
    listed = entries if len(entries) <= _ROWS else entries[: _ROWS - 1]
    rows = [
        LegendRow(
            (entry.label, entry.steps, entry.value, entry.why),
            _look(entry),
        )
        for entry in listed
    ]
    if len(listed) < len(entries):
        rows.append(LegendRow((f"and {len(entries) - len(listed)} more", "", "", "")))
    stopped = "stopped by" if any(entry.why in WHY.values() for entry in entries) else ""
    draw_table(
        canvas.figure,
        ("", "steps", "value", stopped),
        rows,
        (left, top, width),
        right=frozenset({1, 2}),
        stretch=True,
    )
