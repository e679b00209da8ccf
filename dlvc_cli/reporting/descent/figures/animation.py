"""An animation of walks: map and empty axes are drawn once, and the walks on copies of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import get_data_path
from matplotlib.axes import Axes
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from dlvc_cli.descent.request_plan import MAX_PATHS
from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.descent.walks import Descent
from dlvc_cli.errors import BadOption
from dlvc_cli.files import replace_file
from dlvc_cli.reporting.colours import MINIMUM, START, TRIALS, map_colours, rgb
from dlvc_cli.reporting.descent.captions import heading, optimizers, settings
from dlvc_cli.reporting.descent.figures.canvas import Canvas, edge
from dlvc_cli.reporting.descent.figures.curve_panel import (
    WalkCurve,
    choose_scales,
    draw_curves,
    take_curves,
)
from dlvc_cli.reporting.descent.figures.legend import draw_legend, legend_entries, legend_height
from dlvc_cli.reporting.descent.figures.lines import thin_path
from dlvc_cli.reporting.descent.figures.map_panel import draw_colour_bar, draw_map, panel_size
from dlvc_cli.reporting.descent.figures.marks import draw_minima
from dlvc_cli.reporting.descent.window import Window, window_around
from dlvc_cli.reporting.sheet.style import INK

__all__ = ["animate"]

# Frames at most, the time that they take in all, and how long the last one stays, in ms.
_FRAMES, _TIME, _HOLD = 100, 8000, 2000
_SLOWEST = 250
# Everything is drawn so many times as large, and scaled down: Pillow's lines have jagged edges.
_OVER = 2
_DPI = 100
# The side of the map in inches.
_SIDE = 3.5
# Widths and radii in pixels.
_LINE, _THIN, _RIM, _HEAD = 2.0, 1.2, 0.8, 5.0
_MANY = 8
# Colours of the map in the palette of 256.
_SHADES = 80

_Line = list[tuple[float, float]]


def animate(descent: Descent, target: Path) -> None:
    """Write a GIF of all walks at once, in about ten seconds.

    Steps pass at an even pace, or where the curve of values has a logarithmic axis, ever faster.

    Raises:
        BadOption: there are no paths to show.
        RunError: the file cannot be written.
    """
    if any(walks.paths is None for walks in descent.trials):
        raise BadOption(
            f"{target}: an animation needs the paths of the walks, and these are kept of up to "
            f"{MAX_PATHS} walks. Give fewer starts, or draw a .png."
        )
    background = _Background(descent)
    ends = _frame_ends(background.steps, background.scales.log_steps)
    frames = _draw_frames(background, ends)
    palette = _palette(frames[-1])
    flat = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    pace = int(np.clip(_TIME / len(flat), 20, _SLOWEST)) // 10 * 10
    with replace_file(target) as handle:
        flat[0].save(
            handle,
            format="GIF",
            save_all=True,
            append_images=flat[1:],
            duration=[pace] * (len(flat) - 1) + [_HOLD],
            loop=0,
            optimize=True,
        )


def _frame_ends(steps: int, log: bool) -> NDArray[np.int64]:
    """The step that each frame shows, the first one the start."""
    if log:
        ends = np.concatenate([[0], np.geomspace(1, steps, _FRAMES - 1)])
    else:
        ends = np.linspace(0, steps, min(steps + 1, _FRAMES))
    return np.unique(ends.round().astype(np.int64))


def _draw_frames(background: _Background, ends: NDArray[np.int64]) -> list[Image.Image]:
    """Draw what is new in each frame onto what there is already, and heads on a copy."""
    image = background.image
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(Path(get_data_path(), "fonts/ttf/DejaVuSans.ttf")), 15 * _OVER)
    width = _LINE if len(background.curves) <= _MANY else _THIN
    last: list[list[_Line]] = [[] for _ in background.curves]
    frames = []
    for before, end in zip(np.append([0], ends[:-1]), ends, strict=True):
        for number, curve in enumerate(background.curves):
            fresh = background.lines(number, int(before), int(end))
            for line in fresh:
                pen.line(line, edge(curve.colour), round((width + 2 * _RIM) * _OVER), joint="curve")
            # The rim covers the end of what came before; that is drawn again.
            for line in (*last[number], *fresh):
                pen.line(line, curve.colour, round(width * _OVER), joint="curve")
            last[number] = fresh
        frames.append(_finish(background, image.copy(), int(end), font))
    return frames


def _finish(
    background: _Background, image: Image.Image, step: int, font: ImageFont.FreeTypeFont
) -> Image.Image:
    """Add starts, heads and the number of the step, and scale down."""
    pen = ImageDraw.Draw(image)
    radius = _HEAD if len(background.curves) <= _MANY else _HEAD * 0.6
    for number, curve in enumerate(background.curves):
        for place in background.places(number, 0)[1:]:
            _disk(pen, place, radius * 0.75, START, INK)
        for place in background.places(number, step):
            _disk(pen, place, radius, curve.colour, edge(curve.colour))
    pen.text(background.counter, f"step {step:,}", fill=INK, font=font, anchor="rs")
    return image.reduce(_OVER)


def _disk(
    pen: ImageDraw.ImageDraw, place: tuple[float, float], radius: float, fill: str, rim: str
) -> None:
    x, y = place
    size = radius * _OVER
    pen.ellipse((x - size, y - size, x + size, y + size), fill=fill, outline=rim, width=_OVER)


def _palette(image: Image.Image) -> Image.Image:
    """The colours of an image; those of walks and of the map whatever their share is."""
    own = [*TRIALS, START, MINIMUM, INK]
    numbers = [number for colour in own for number in rgb(colour)]
    numbers += map_colours(np.linspace(0, 1, _SHADES)).ravel().tolist()
    # One is left over, by which a frame says that a pixel stays as it was.
    rest = 255 - len(numbers) // 3
    numbers += (image.quantize(rest, Image.Quantize.MEDIANCUT).getpalette() or [])[: 3 * rest]
    palette = Image.new("P", (1, 1))
    palette.putpalette(numbers)
    return palette


class _Background:
    """Map and empty axes, and where walks lie on them.

    Places are (x, y) in pixels of the background, from its upper left corner.

    Attributes:
        image: map and empty axes, ``_OVER`` times as large as a frame.
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
        title = f"{heading(descent)}: {_words(descent)}", self._part()
        size = 9.6, 5.3 + max(legend - 1.2, 0)
        canvas = Canvas(*size, *title, descent.command, dpi=_DPI * _OVER)
        top = canvas.height - 0.75
        width, height = panel_size(_SIDE, _SIDE, window)
        self._map = canvas.axes(0.8, top - height, width, height)
        image = draw_map(self._map, surface, window)
        draw_colour_bar(canvas, image, (0.95 + width, top - height, 0.13, height), "")
        draw_minima(self._map, surface)
        bottom = legend + 0.95 if legend else top - height
        self._curves = canvas.axes(5.9, bottom, 3.35, top - bottom)
        draw_curves(self._curves, self.curves, self.scales, empty=True)
        if legend:
            draw_legend(canvas, entries, 5.1, legend + 0.4, 4.25)
        self._height = canvas.full_height * _DPI * _OVER
        self.counter = self._place(9.25 * _DPI * _OVER, (canvas.height - 0.6) * _DPI * _OVER)
        buffer = io.BytesIO()
        canvas.write(buffer, "png")
        self.image = Image.open(buffer).convert("RGB")

    def _part(self) -> str:
        """Which of the walks the map shows, if it doesn't show all."""
        if all(self._shown):
            return ""
        column, row = self.curves[self._shown.index(True)].walk.start
        return f"Close-up: from {column:.5g},{row:.5g}"

    def lines(self, number: int, before: int, end: int) -> list[_Line]:
        """What a walk adds to map and curve from one step to another."""
        curve = self.curves[number]
        drawn = slice(curve.before(before), curve.before(end) + 1)
        path = curve.path[drawn]
        if len(path) < 2:
            return []
        heights = np.column_stack([curve.steps[drawn], curve.values[drawn]])
        lines = _pieces(thin_path(self._pixels(self._curves, heights), _OVER))
        if self._shown[number]:
            lines += _pieces(thin_path(self._pixels(self._map, path), _OVER))
        return lines

    def places(self, number: int, step: int) -> list[tuple[float, float]]:
        """Where a walk is after a step, on the curve and on the map."""
        curve = self.curves[number]
        index = curve.before(step)
        height = np.array([[curve.steps[index], curve.values[index]]])
        found = [self._pixels(self._curves, height)]
        if self._shown[number]:
            found.append(self._pixels(self._map, curve.path[[index]]))
        return [(float(x), float(y)) for x, y in np.concatenate(found)]

    def _pixels(self, axes: Axes, points: Array) -> Array:
        x, y = axes.transData.transform(points).T
        return np.column_stack(self._place(x, y))

    def _place(self, x: Any, y: Any) -> Any:
        """matplotlib counts rows of pixels from below."""
        return x, self._height - y


def _window(surface: Surface, curves: Sequence[WalkCurve]) -> Window:
    """What the map shows: all walks, or the widest where they lie apart and none is to be seen."""
    window = window_around(surface, [curve.path for curve in curves])
    widest = max(curves, key=WalkCurve.extent)
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


def _pieces(points: Array) -> list[_Line]:
    """Lines without their interruptions."""
    gaps = np.flatnonzero(np.isnan(points[:, 0]))
    pieces = np.split(points, gaps)
    lines = [piece[~np.isnan(piece[:, 0])] for piece in pieces]
    return [[(float(x), float(y)) for x, y in line] for line in lines if len(line) > 1]
