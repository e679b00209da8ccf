"""What an animation is played on: map and empty curves, drawn once, and where walks lie on them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from PIL import Image

from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.descent.walks import Descent
from dlvc_cli.reporting.descent.captions import heading, optimizers, settings
from dlvc_cli.reporting.descent.figures.canvas import Canvas
from dlvc_cli.reporting.descent.figures.curve_panel import (
    Curve,
    choose_scales,
    draw_curves,
    take_curves,
)
from dlvc_cli.reporting.descent.figures.legend import draw_legend, legend_entries, legend_height
from dlvc_cli.reporting.descent.figures.map_panel import draw_colour_bar, draw_map, fit
from dlvc_cli.reporting.descent.figures.marks import draw_minima
from dlvc_cli.reporting.descent.figures.thin import thin_path
from dlvc_cli.reporting.descent.window import Window, window_around

__all__ = ["OVER", "Line", "Stage"]

Line = list[tuple[float, float]]

# Everything is drawn so many times as large, and scaled down: Pillow's lines have jagged edges.
OVER = 2
_DPI = 100
_SIDE = 3.5


class Stage:
    """Places are (x, y) in pixels of the background, from its upper left corner.

    Attributes:
        background: map and empty axes, ``OVER`` times as large as a frame.
        curves: the walks.
        steps: those of the longest walk.
        scales: the axes of the curves.
        counter: where the number of the step ends, at its foot.
    """

    def __init__(self, descent: Descent) -> None:
        surface = descent.surface
        self.curves = take_curves(descent)
        self.steps = max(curve.walk.steps for curve in self.curves)
        self.scales = choose_scales(self.curves)
        window = _window(surface, self.curves)
        # Of walks far from each other, each too short to be seen on the whole map, one is shown.
        self._shown = [window.whole or _covers(window, curve.path) for curve in self.curves]
        entries = legend_entries(descent, self.curves)
        legend = legend_height(entries)
        canvas = Canvas(9.6, 5.3 + max(legend - 1.2, 0), dpi=_DPI * OVER)
        canvas.title(f"{heading(descent)}: {_words(descent)}", self._part())
        canvas.footer(descent.command)
        top = canvas.height - 0.75
        width, height = fit(_SIDE, _SIDE, window)
        self._map = canvas.axes(0.8, top - height, width, height)
        image = draw_map(self._map, surface, window)
        draw_colour_bar(canvas, image, (0.95 + width, top - height, 0.13, height), "")
        draw_minima(self._map, surface)
        bottom = legend + 0.95 if legend else top - height
        self._curves = canvas.axes(5.9, bottom, 3.35, top - bottom)
        draw_curves(self._curves, self.curves, self.scales, empty=True)
        if legend:
            draw_legend(canvas, entries, 5.1, legend + 0.4, 4.25)
        self._height = canvas.height * _DPI * OVER
        self.counter = self._place(9.25 * _DPI * OVER, (canvas.height - 0.6) * _DPI * OVER)
        buffer = io.BytesIO()
        canvas.write(buffer, "png")
        self.background = Image.open(buffer).convert("RGB")

    def _part(self) -> str:
        """Which of the walks the map shows, if it doesn't show all."""
        if all(self._shown):
            return ""
        column, row = self.curves[self._shown.index(True)].walk.start
        return f"Close-up: from {column:.5g},{row:.5g}"

    def lines(self, number: int, before: int, end: int) -> list[Line]:
        """What a walk adds to map and curve from one step to another."""
        curve = self.curves[number]
        path, values = curve.path[before : end + 1], curve.values[before : end + 1]
        if len(path) < 2:
            return []
        heights = np.column_stack([np.arange(len(values)) + before, values])
        lines = _pieces(thin_path(self._pixels(self._curves, heights), OVER))
        if self._shown[number]:
            lines += _pieces(thin_path(self._pixels(self._map, path), OVER))
        return lines

    def places(self, number: int, step: int) -> list[tuple[float, float]]:
        """Where a walk is after a step, on the curve and on the map."""
        curve = self.curves[number]
        step = min(step, curve.walk.steps)
        found = [self._pixels(self._curves, np.array([[step, curve.values[step]]]))]
        if self._shown[number]:
            found.append(self._pixels(self._map, curve.path[[step]]))
        return [(float(x), float(y)) for x, y in np.concatenate(found)]

    def _pixels(self, axes: Axes, points: Array) -> Array:
        x, y = axes.transData.transform(points).T
        return np.column_stack(self._place(x, y))

    def _place(self, x: Any, y: Any) -> Any:
        """matplotlib counts rows of pixels from below."""
        return x, self._height - y


def _window(surface: Surface, curves: Sequence[Curve]) -> Window:
    """What the map shows: all walks, or the widest where they lie apart and none is to be seen."""
    window = window_around(surface, [curve.path for curve in curves])
    widest = max(curves, key=Curve.extent)
    return window_around(surface, [widest.path]) if window.whole and widest.short else window


def _covers(window: Window, path: Array) -> bool:
    low, high = path.min(axis=0), path.max(axis=0)
    corner = np.array([window.left, window.top])
    sides = np.array([window.width, window.height])
    return bool((low >= corner).all() and (high <= corner + sides).all())


def _words(descent: Descent) -> str:
    if len(descent.trials) == 1:
        return settings(descent, 0)
    return ", ".join(word for word in (optimizers(descent), settings(descent)) if word)


def _pieces(points: Array) -> list[Line]:
    """Lines without their interruptions."""
    gaps = np.flatnonzero(np.isnan(points[:, 0]))
    pieces = np.split(points, gaps)
    lines = [piece[~np.isnan(piece[:, 0])] for piece in pieces]
    return [[(float(x), float(y)) for x, y in line] for line in lines if len(line) > 1]
