"""A legend that says how each walk, or the walks of each trial, have ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlvc_cli.descent.walks import Descent
from dlvc_cli.reporting.descent.captions import WHY
from dlvc_cli.reporting.descent.figures.canvas import GREY, INK, Canvas, rim
from dlvc_cli.reporting.descent.figures.curve_panel import Curve
from dlvc_cli.reporting.formats import shorten
from dlvc_cli.reporting.outside_text import drawn

__all__ = ["Entry", "draw_legend", "legend_entries", "legend_height"]

_ROW, _ROWS = 0.2, 10


@dataclass(frozen=True)
class Entry:
    """A row of the legend."""

    colour: str
    label: str
    steps: str
    value: str
    why: str


def legend_entries(descent: Descent, curves: Sequence[Curve]) -> list[Entry]:
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
            f"{np.median(walks.values):.3g}",
            f"median of {count}",
        )
        for walks, curve in zip(descent.trials, curves[::count], strict=True)
    ]


def _entry(curve: Curve, single: bool) -> Entry:
    walk = curve.walk
    start = f"from {walk.start[0]:.5g},{walk.start[1]:.5g}"
    label = start if single else walk.trial.label
    return Entry(curve.colour, label, f"{walk.steps:,}", f"{walk.value:.3g}", WHY[walk.reason])


def legend_height(entries: Sequence[Entry]) -> float:
    """The inches that a legend takes."""
    return _ROW * (min(len(entries), _ROWS) + 1) if entries else 0.0


def draw_legend(
    canvas: Canvas, entries: Sequence[Entry], left: float, top: float, width: float
) -> None:
    """Write the legend from (left, top) downwards, in inches."""
    height = legend_height(entries)
    axes = canvas.axes(left, top - height, width, height)
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(len(entries[:_ROWS]) + 1, 0)
    steps, value, why = width - 1.85, width - 1.1, width - 1.0
    small: dict[str, Any] = {"fontsize": 8.5, "va": "center", "color": INK}
    faint = small | {"color": GREY}
    axes.text(steps, 0.5, "steps", ha="right", **faint)
    axes.text(value, 0.5, "value", ha="right", **faint)
    if any(entry.why in WHY.values() for entry in entries):
        axes.text(why, 0.5, "stopped by", **faint)
    listed = entries if len(entries) <= _ROWS else entries[: _ROWS - 1]
    letters = int((steps - 1.0) / 0.068)
    for row, entry in enumerate(listed):
        middle, colour = row + 1.5, entry.colour
        edges = rim(colour, 3)
        axes.plot([0.03, 0.3], [middle] * 2, color=colour, linewidth=3, path_effects=edges)
        axes.text(0.4, middle, drawn(shorten(entry.label, letters, "…")), **small)
        axes.text(steps, middle, entry.steps, ha="right", **small)
        axes.text(value, middle, entry.value, ha="right", **small)
        axes.text(why, middle, entry.why, **small)
    if len(listed) < len(entries):
        axes.text(0.4, len(listed) + 1.5, f"and {len(entries) - len(listed)} more", **faint)
