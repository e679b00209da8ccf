"""Walks on a map of the surface, and their values against the step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.walks import Descent
from dlvc_cli.reporting.descent.captions import WHY, heading, optimizers, settings
from dlvc_cli.reporting.descent.figures.canvas import Canvas
from dlvc_cli.reporting.descent.figures.curve_panel import (
    WalkCurve,
    choose_scales,
    draw_curves,
    take_curves,
)
from dlvc_cli.reporting.descent.figures.legend import draw_legend, legend_entries, legend_height
from dlvc_cli.reporting.descent.figures.map_panel import (
    draw_colour_bar,
    draw_frame,
    draw_map,
    label_plane,
    panel_size,
)
from dlvc_cli.reporting.descent.figures.marks import draw_key, draw_minima, draw_paths, walk_marks
from dlvc_cli.reporting.descent.window import Window, whole, window_around
from dlvc_cli.reporting.sheet.numbers import number
from dlvc_cli.reporting.sheet.style import SOFT, TICK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_walks"]

# In inches: the side of the small map.
_SMALL = 2.15


def draw_walks(descent: Descent) -> Canvas:
    """Draw a few walks: the map (a close-up where they are short), and their values."""
    surface, curves = descent.surface, take_curves(descent)
    main, other = _windows(surface, curves)
    entries = legend_entries(descent, curves)
    legend = legend_height(entries)
    # All is larger where a small map and a long legend stand above each other.
    more = max(legend - 0.5, 0.0) if other else 0.0
    canvas = Canvas(12.8 + more, 7.2 + more, *_title(descent), descent.command)
    # x and y stand above and at the right of the whole map.
    framed = main.whole and surface.frame is not None
    top, side, right = (5.98, 4.8, 8.1) if framed else (6.28, 5.1, 7.95)
    top, side, right = top + more, side + more, right + more
    axes = _draw_main(canvas, curves, main, (0.85, top), side)
    room = canvas.width - 0.45 - right
    bottom = legend + 1.0 if legend else 1.18
    if legend:
        draw_legend(canvas, entries, right - 0.4, 0.4 + legend, room + 0.45)
    if other:
        small = _draw_small(canvas, curves, other, (right, top))
        mark = draw_frame(small, main) if other.whole else draw_frame(axes, other)
        _describe(canvas, small, other.whole, mark)
        top -= _SMALL + 0.6
    draw_curves(canvas.axes(right, bottom, room, top - bottom), curves, choose_scales(curves))
    return canvas


def _windows(surface: Surface, curves: Sequence[WalkCurve]) -> tuple[Window, Window | None]:
    """What the large and the small map show."""
    everything = whole(surface)
    close = window_around(surface, [curve.path for curve in curves])
    if not close.whole:
        return close, everything
    short = [curve for curve in curves if curve.short]
    if not short:
        return everything, None
    close = window_around(surface, [max(short, key=WalkCurve.extent).path])
    return everything, None if close.whole else close


def _draw_main(
    canvas: Canvas,
    curves: Sequence[WalkCurve],
    window: Window,
    corner: tuple[float, float],
    side: float,
) -> Axes:
    """The large map with its upper left corner there, its colour bar and the key."""
    surface, (left, top) = curves[0].descent.surface, corner
    width, height = panel_size(side, side, window)
    axes = canvas.axes(left, top - height, width, height)
    image = draw_map(axes, surface, window)
    bar = left + width + 0.15
    if window.whole and surface.frame is not None:
        label_plane(axes, surface)
        bar += 0.5
    draw_colour_bar(canvas, image, (bar, top - height, 0.15, height))
    draw_paths(axes, curves)
    key = walk_marks(draw_minima(axes, surface), [curve.mark for curve in curves])
    draw_key(canvas, (left, top - height - 0.8), key)
    return axes


def _draw_small(
    canvas: Canvas, curves: Sequence[WalkCurve], window: Window, corner: tuple[float, float]
) -> Axes:
    """The whole surface beside a close-up, or the other way round."""
    surface, (left, top) = curves[0].descent.surface, corner
    width, height = panel_size(_SMALL * 1.2, _SMALL, window)
    axes = canvas.axes(left, top - height, width, height)
    draw_map(axes, surface, window)
    axes.set_xlabel("")
    axes.set_ylabel("")
    if not window.whole:
        draw_paths(axes, curves, 6)
    draw_minima(axes, surface, 9)
    return axes


def _describe(canvas: Canvas, small: Axes, whole: bool, mark: str) -> None:
    """Write beside the small map what it is."""
    if whole:
        words = ["The whole surface;", f"the white {mark} marks", "the part on the left."]
    else:
        words = ["Close-up of what", f"the white {mark} on", "the left marks."]
    low, high = small.images[0].get_clim()
    words += ["", "Its values:", f"{number(low)} to {number(high)}"]
    box = small.get_position()
    for row, line in enumerate(words):
        place = box.x1 * canvas.width + 0.2, box.y1 * canvas.full_height - 0.25 - 0.2 * row
        canvas.text(*place, line, fontsize=TICK, color=SOFT)


def _title(descent: Descent) -> tuple[str, str]:
    """Title and subtitle."""
    trials = descent.trials
    if len(trials) > 1:
        count = len(trials[0])
        starts = f"{count:,} starts" if count > 1 else _place(trials[0].starts[0])
        return f"{heading(descent)} from {starts}: {optimizers(descent)}", settings(descent)
    title = f"{heading(descent)}: {settings(descent, 0)}"
    if len(descent) > 1:
        (walks,) = trials
        steps, value = np.median(walks.steps), np.median(walks.values)
        return (
            title,
            f"{len(walks)} starts; median: {steps:,.0f} steps, value {number(float(value), 4)}",
        )
    walk = descent[0]
    return title, (
        f"From {_place(walk.start)} to {_place(walk.end)}: {walk.steps:,} steps, "
        f"value {number(walk.value, 4)}, {number(walk.distance)} grid units from the nearest "
        f"known minimum. Stopped: {WHY[walk.reason]}."
    )


def _place(position: Sequence[float] | np.ndarray) -> str:
    return f"{position[0]:.5g},{position[1]:.5g}"
