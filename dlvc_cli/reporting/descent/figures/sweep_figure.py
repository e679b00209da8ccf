"""Small multiples: a map for each combination of a sweep's values, and the values of each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dlvc_cli.descent.walks import Descent, Walks
from dlvc_cli.reporting.colours import trial_colour
from dlvc_cli.reporting.descent.captions import WHY, heading, optimizers, settings
from dlvc_cli.reporting.descent.figures.canvas import Canvas
from dlvc_cli.reporting.descent.figures.curve_panel import WalkCurve, choose_scales, draw_curves
from dlvc_cli.reporting.descent.figures.map_panel import (
    draw_colour_bar,
    draw_map,
    label_map,
    panel_size,
    window_of,
)
from dlvc_cli.reporting.descent.figures.marks import draw_key, draw_minima, draw_paths, walk_marks
from dlvc_cli.reporting.sheet.numbers import number
from dlvc_cli.reporting.sheet.style import NOTE

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

__all__ = ["draw_sweep"]

# More columns than this are continued in the next row.
_COLUMNS, _WRAPPED = 8, 4
# Inches: between maps, above them for two lines of text, of the curves, and around all.
_GAP, _HEAD, _CURVES, _LEFT, _BOTTOM = 0.25, 0.52, 3.3, 0.85, 1.35


def draw_sweep(descent: Descent) -> Canvas:
    """Draw a map for each trial, the first swept option downwards, the others across, and at the
    end of each row the values of its walks against the step."""
    surface, rows = descent.surface, _rows(descent.trials)
    across = max(map(len, rows))
    paths = [path for walks in descent.trials for path in walks.paths or ()]
    window = window_of(surface, paths)
    side = {1: 3.6, 2: 3.0, 3: 2.6, 4: 2.25}.get(across, 2.1)
    width, height = panel_size(side, side, window)
    pitch = height + _HEAD
    maps = across * (width + _GAP)
    size = _LEFT + maps + 0.75 + _CURVES + 0.4, 0.8 + pitch * len(rows) + _BOTTOM
    options = " and ".join(descent.trials[0].trial.varied)
    title = f"{heading(descent)}: {optimizers(descent)} with several {options}"
    canvas = Canvas(*size, title, _subtitle(descent), descent.command)
    curves = [[_curves(descent, walks, k) for k, walks in enumerate(row)] for row in rows]
    scales = choose_scales([curve for row in curves for some in row for curve in some])
    mark: Line2D | None = None
    image: Any = None
    for down, row in enumerate(rows):
        bottom = canvas.height - 0.8 - pitch * (down + 1)
        last = down == len(rows) - 1
        for k, walks in enumerate(row):
            left = _LEFT + k * (width + _GAP)
            axes = canvas.axes(left, bottom, width, height)
            image = draw_map(axes, surface, window, image and image.norm)
            some = curves[down][k]
            draw_paths(axes, some, 8)
            mark = draw_minima(axes, surface, 11) or mark
            names = "column" if last else "", "row" if k == 0 else ""
            label_map(axes, window, *names)
            axes.tick_params(labelsize=NOTE, labelleft=k == 0, labelbottom=last)
            corner, name = (left, bottom + height), walks.trial.label
            canvas.heading(corner, name, _result(walks), width, trial_colour(k))
        axes = canvas.axes(_LEFT + maps + 0.75, bottom, _CURVES, height)
        draw_curves(axes, [curve for some in curves[down] for curve in some], scales)
        if not last:
            axes.set_xlabel("")
            axes.tick_params(labelbottom=False)
    draw_colour_bar(canvas, image, (_LEFT, 0.72, min(maps - _GAP, 3.6), 0.1))
    draw_key(canvas, (_LEFT + max(maps - _GAP, 3.6) + 0.5, 0.55), walk_marks(mark))
    return canvas


def _rows(trials: Sequence[Walks]) -> list[Sequence[Walks]]:
    """The trials in rows."""
    first = next(iter(trials[0].trial.varied))
    values = list(dict.fromkeys(walks.trial.varied[first] for walks in trials))
    rows = [[walks for walks in trials if walks.trial.varied[first] == value] for value in values]
    if 1 < len(rows[0]) <= _COLUMNS:
        return list(rows)
    most = _WRAPPED if len(trials) <= 2 * _WRAPPED else 6
    count = -(-len(trials) // -(-len(trials) // most))
    ordered = [walks for row in rows for walks in row]
    return [ordered[k : k + count] for k in range(0, len(ordered), count)]


def _curves(descent: Descent, walks: Walks, column: int) -> list[WalkCurve]:
    colour = trial_colour(column)
    return [WalkCurve(walks.walk(k), colour, descent) for k in range(len(walks))]


def _result(walks: Walks) -> str:
    if len(walks) == 1:
        walk = walks.walk(0)
        return f"{walk.steps:,} steps, {number(walk.value)}, {WHY[walk.reason]}"
    steps, value = np.median(walks.steps), float(np.median(walks.values))
    return f"median: {steps:,.0f} steps, {number(value)}"


def _subtitle(descent: Descent) -> str:
    first = descent.trials[0]
    count = len(first)
    start = f"from {first.starts[0, 0]:.5g},{first.starts[0, 1]:.5g}" if count == 1 else ""
    return "; ".join(word for word in (start or f"{count:,} starts", settings(descent)) if word)
