"""Many starts: where they lie and where they end, and how the values at the ends are spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D

from dlvc_cli.descent import kernel
from dlvc_cli.descent.basins import at_global, global_tolerance
from dlvc_cli.descent.surface import Array
from dlvc_cli.descent.walks import Descent, Walks
from dlvc_cli.reporting.colours import END, START
from dlvc_cli.reporting.descent.captions import heading, optimizers, settings
from dlvc_cli.reporting.descent.figures.canvas import Canvas, edge
from dlvc_cli.reporting.descent.figures.map_panel import draw_colour_bar, draw_map, panel_size
from dlvc_cli.reporting.descent.figures.marks import draw_key, draw_minima
from dlvc_cli.reporting.descent.window import whole
from dlvc_cli.reporting.formats import percent
from dlvc_cli.reporting.scales import log_values, value_limits
from dlvc_cli.reporting.sheet.numbers import count_axis, number_axis
from dlvc_cli.reporting.sheet.style import INK, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_starts"]

# More dots than this cover each other; more than that are drawn small.
_DOTS, _SMALL = 5_000, 800
_BINS = 50
_COLUMNS = 4
# Inches: at the left, between maps, below axes, above them, and the histogram below a map.
_LEFT, _GAP, _FOOT, _HEAD, _LOW = 0.85, 0.85, 0.6, 0.45, 1.4


def draw_starts(descent: Descent) -> Canvas:
    """Draw for each trial a map of its starts and ends, and a histogram of the values there."""
    return _draw_one(descent) if len(descent.trials) == 1 else _draw_several(descent)


def _draw_one(descent: Descent) -> Canvas:
    """Map and histogram side by side."""
    (walks,) = descent.trials
    width, height = panel_size(5.0, 5.0, whole(descent.surface))
    size = width + 7.65, max(height + 2.1, 5.2)
    canvas = Canvas(*size, *_title(descent), descent.command)
    low = canvas.height - 0.9 - height
    axes = canvas.axes(_LEFT, low, width, height)
    image, mark = _draw_map(axes, descent, walks)
    draw_colour_bar(canvas, image, (_LEFT + width + 0.15, low, 0.15, height))
    draw_key(canvas, (_LEFT, 0.4), _marks(mark))
    axes = canvas.axes(_LEFT + width + 2.0, 1.2, 4.4, canvas.height - 2.1)
    _draw_histogram(axes, walks.values, *_bins([walks]))
    return canvas


def _draw_several(descent: Descent) -> Canvas:
    """Each trial's histogram below its map; all histograms have the same axis of values."""
    trials = descent.trials
    across = -(-len(trials) // -(-len(trials) // _COLUMNS))
    side = 3.4 if across == 2 else 2.7
    width, height = panel_size(side, side, whole(descent.surface))
    pitch = _HEAD + height + _FOOT + _LOW + _FOOT
    right = _LEFT + across * (width + _GAP)
    size = right + 0.5, 1.4 + pitch * -(-len(trials) // across)
    canvas = Canvas(*size, *_title(descent), descent.command)
    bins = _bins(trials)
    for k, walks in enumerate(trials):
        left = _LEFT + (k % across) * (width + _GAP)
        top = canvas.height - 0.8 - _HEAD - pitch * (k // across)
        axes = canvas.axes(left, top - height, width, height)
        image, mark = _draw_map(axes, descent, walks)
        text = f"{_share(descent, walks)} get there"
        canvas.heading((left, top), walks.trial.label, text, width)
        low = canvas.axes(left, top - height - _FOOT - _LOW, width, _LOW)
        _draw_histogram(low, walks.values, *bins)
        if k % across:
            axes.set_ylabel("")
            low.set_ylabel("")
        if k == across - 1:
            draw_colour_bar(canvas, image, (left + width + 0.12, top - height, 0.13, height))
    draw_key(canvas, (_LEFT, 0.4), _marks(mark))
    return canvas


def _draw_map(axes: Axes, descent: Descent, walks: Walks) -> tuple[Any, Line2D | None]:
    """The surface with starts as faint dots, and ends; of very many an even choice."""
    image = draw_map(axes, descent.surface, whole(descent.surface))
    some = slice(None, None, -(-len(walks) // _DOTS))
    stayed = walks.reasons[some] != kernel.LEFT
    size = 2.2 if len(walks) > _SMALL else 4.5
    look: dict[str, Any] = {"linestyle": "none", "zorder": 3, "color": END}
    axes.plot(*walks.starts[some].T, ".", **look | {"color": START}, markersize=2, alpha=0.4)
    rim: dict[str, Any] = {"markeredgecolor": edge(END), "markeredgewidth": size / 9}
    axes.plot(*walks.ends[some][stayed].T, "o", markersize=size, **look, **rim)
    axes.plot(*walks.ends[some][~stayed].T, "x", markersize=4, clip_on=False, **look)
    return image, draw_minima(axes, descent.surface)


def _bins(trials: Sequence[Walks]) -> tuple[Array, bool]:
    """The edges of the bins of all histograms, and whether they are spaced by their ratio."""
    values = np.concatenate([walks.values for walks in trials])
    low, high = float(values.min()), float(values.max())
    if log_values(low, high):
        return np.geomspace(low / 1.05, high * 1.05, _BINS), True
    return np.linspace(*value_limits(low, high, 0.02), _BINS), False


def _draw_histogram(axes: Axes, values: Array, edges: Array, log: bool) -> None:
    counts, _ = np.histogram(values, edges)
    if log:
        axes.set_xscale("log")
    axes.stairs(counts, edges, fill=True, color=END, alpha=0.75)
    low, high = float(edges[0]), float(edges[-1])
    axes.set_xlim(low, high)
    number_axis(axes.xaxis, "value at the end", low, high)
    count_axis(axes.yaxis, "walks")
    tidy(axes)


def _marks(minima: Line2D | None) -> list[Line2D]:
    """What the dots are, for a key."""
    look: dict[str, Any] = {"linestyle": "none", "markeredgecolor": INK, "marker": "o"}
    return [
        Line2D([], [], color=START, markersize=4, label="start", **look),
        Line2D([], [], color=END, markersize=6, label="end", **look),
        Line2D([], [], marker="x", linestyle="none", color=END, label="end: leaves the surface"),
        *([minima] if minima is not None else []),
    ]


def _title(descent: Descent) -> tuple[str, str]:
    """Title and subtitle."""
    starts = f"{len(descent.trials[0]):,} starts"
    near = f"within {global_tolerance(descent.surface):g} grid units of a global minimum"
    if len(descent.trials) > 1:
        title = f"{heading(descent)}: which of {starts} get {near}"
        return title, f"{optimizers(descent)}: {settings(descent)}"
    share = _share(descent, descent.trials[0])
    return f"{heading(descent)}: {settings(descent, 0)}", f"{share} of {starts} end {near}"


def _share(descent: Descent, walks: Walks) -> str:
    return percent(float(at_global(descent.surface, walks).mean()), 1)
