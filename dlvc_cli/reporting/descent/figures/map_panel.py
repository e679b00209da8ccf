"""A surface as a heat map with contour lines, and what is drawn on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.reporting.descent.figures.canvas import Canvas
from dlvc_cli.reporting.descent.window import Window, square_around
from dlvc_cli.reporting.sheet.numbers import TickNumbers, fits, log_ticks, number, number_axis
from dlvc_cli.reporting.sheet.style import LABEL, TICK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Normalize
    from matplotlib.image import AxesImage

__all__ = [
    "draw_colour_bar",
    "draw_frame",
    "draw_map",
    "label_map",
    "label_plane",
    "panel_size",
    "window_of",
]

# More pixels than this are not seen, and more points than that make contour lines slow.
_PIXELS, _CONTOUR_POINTS = 1600, 300
_LEVELS = 12
# Contour lines are left out where they would be nearer to each other than so many pixels.
_APART = 5.0
# The least side of a window, in grid units.
_LEAST = 4.0
# Fewer grid points along a side than this can be told apart.
_CLOSE = 200
# The longest label of a tick.
_LETTERS = 7
# A frame that is less of a map's width is hardly seen.
_TINY = 0.05


def window_of(surface: Surface, paths: Sequence[Array]) -> Window:
    """A square window that shows all of the paths and little more."""
    # One that is as wide as the surface is the whole of it.
    most = min(surface.corner) - 1e-9
    return square_around(surface, paths, 1.25, _LEAST, most)


def panel_size(width: float, height: float, window: Window) -> tuple[float, float]:
    """The largest size within ``width`` x ``height`` that shows a window undistorted."""
    scale = min(width / window.width, height / window.height)
    return window.width * scale, window.height * scale


def draw_map(axes: Axes, surface: Surface, window: Window, norm: Normalize | None = None) -> Any:
    """Draw the part of a surface in a window, row 0 on top.

    Args:
        norm: how values become colours; by default one that suits the part shown.

    Returns:
        What a colour bar can be made of.
    """
    values, columns, rows = _part(surface, window)
    norm = norm or _norm(values)
    across, down = (columns[1] - columns[0]) / 2, (rows[1] - rows[0]) / 2
    image = axes.imshow(
        values,
        cmap="viridis",
        norm=norm,
        extent=(columns[0] - across, columns[-1] + across, rows[-1] + down, rows[0] - down),
        # Between grid points the surface is bilinear, and is drawn so from close by.
        interpolation="bilinear" if len(columns) < _CLOSE else "auto",
        aspect="auto",
    )
    _draw_contours(axes, values, columns, rows, norm)
    label_map(axes, window)
    return image


def label_map(
    axes: Axes,
    window: Window,
    across: str = "column (grid units)",
    down: str = "row (grid units)",
) -> None:
    """Limits and names of columns and rows."""
    axes.set_xlim(window.left, window.left + window.width)
    axes.set_ylim(window.top + window.height, window.top)
    number_axis(axes.xaxis, across, window.left, window.left + window.width)
    number_axis(axes.yaxis, down, window.top, window.top + window.height)
    _size_labels(axes)


def _size_labels(axes: Any) -> None:
    axes.xaxis.label.set_fontsize(LABEL)
    axes.yaxis.label.set_fontsize(LABEL)
    axes.tick_params(labelsize=TICK, length=3)


def _part(surface: Surface, window: Window) -> tuple[Array, Array, Array]:
    """The values in a window, and the columns and rows at which they are."""
    stride = max(1, math.ceil(max(window.width, window.height) / _PIXELS))
    spans = []
    for low, side, last in (
        (window.left, window.width, surface.columns - 1),
        (window.top, window.height, surface.rows - 1),
    ):
        first, end = max(math.floor(low) - 1, 0), min(math.ceil(low + side) + 1, last)
        spans.append(np.arange(first, end + 1, stride))
    columns, rows = spans
    values = surface.values[np.ix_(rows, columns)]
    return values, columns.astype(np.float64), rows.astype(np.float64)


def _norm(values: Array) -> Normalize:
    """Linear; a power where most values lie so low that they would all have one colour."""
    from matplotlib.colors import Normalize, PowerNorm

    low, high = float(values.min()), float(values.max())
    middle = (float(np.median(values)) - low) / ((high - low) or 1.0)
    if not 0 < middle < 0.2:
        return Normalize(low, high)
    power = max(round(math.log(0.5) / math.log(middle), 2), 0.15)
    return PowerNorm(power, low, high)


def _draw_contours(axes: Axes, values: Array, columns: Array, rows: Array, norm: Normalize) -> None:
    """Lines of equal value, unless the surface is so rough that they would cover it."""
    stride = max(1, math.ceil(max(values.shape) / _CONTOUR_POINTS))
    across = np.abs(np.diff(np.asarray(norm(values[::stride])), axis=1)).mean()
    down = np.abs(np.diff(np.asarray(norm(values[:, ::stride])), axis=0)).mean()
    box = axes.get_window_extent()
    lines_a_pixel = (across + down) / 2 * _LEVELS * max(values.shape) / max(box.width, box.height)
    if lines_a_pixel > 1 / _APART:
        return
    levels = norm.inverse(np.linspace(0, 1, _LEVELS + 1)[1:-1])
    axes.contour(
        columns[::stride],
        rows[::stride],
        values[::stride, ::stride],
        levels=np.unique(levels),
        colors="white",
        linewidths=0.6,
        alpha=0.45,
    )


def label_plane(axes: Axes, surface: Surface) -> None:
    """The formula's x and y at the top and the right of a map; an image has none."""
    if surface.frame is None:
        return
    low, high = surface.frame.domain
    low, high = float(low), float(high)
    across, down = ("x", "y") if surface.frame.x_along == "columns" else ("y", "x")
    top = axes.secondary_xaxis("top", functions=_line(low, (high - low) / surface.corner[0]))
    number_axis(top.xaxis, across, low, high)
    top.xaxis.labelpad = 3
    right = axes.secondary_yaxis("right", functions=_line(low, (high - low) / surface.corner[1]))
    number_axis(right.yaxis, down, low, high)
    right.yaxis.labelpad = 3
    right.yaxis.label.set_rotation(0)
    for second in (top, right):
        _size_labels(second)


def _line(first: float, slope: float) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    return lambda place: first + slope * place, lambda value: (value - first) / slope


def draw_colour_bar(
    canvas: Canvas, image: AxesImage, place: tuple[float, float, float, float], label: str = "value"
) -> None:
    """Draw the scale of a map's colours at (left, bottom, width, height), upright or lying."""
    from matplotlib.colors import LogNorm, PowerNorm
    from matplotlib.ticker import FixedLocator

    axes = canvas.axes(*place)
    norm = image.norm
    orientation: Any = "horizontal" if place[2] > place[3] else "vertical"
    bar = canvas.figure.colorbar(image, cax=axes, orientation=orientation)
    axis = axes.xaxis if orientation == "horizontal" else axes.yaxis
    if isinstance(norm, PowerNorm):
        label += f" (colours by its power {norm.gamma:g})" if label else ""
    most = max(2, min(int(max(place[2:]) / 0.5), 7))
    number_axis(axis, label, *image.get_clim(), most=most)
    uneven = _ticks(norm) if isinstance(norm, PowerNorm | LogNorm) else []
    if len(uneven) > 2:
        axis.set_major_locator(FixedLocator(uneven))
        axis.set_major_formatter(TickNumbers(label, uneven=True))
    bar.minorticks_off()
    _size_labels(axes)
    bar.outline.set_visible(False)


def _ticks(norm: Normalize) -> list[float]:
    """Values at about even distances on a scale that is not linear, as round as they can be."""
    from matplotlib.colors import LogNorm

    assert norm.vmin is not None and norm.vmax is not None
    if isinstance(norm, LogNorm):
        return log_ticks(norm.vmin, norm.vmax)
    ticks = []
    for share in np.linspace(0, 1, 7):
        value = float(norm.inverse(share))
        for digits in (1, 2, 3):
            tick = float(f"{value:.{digits}g}")
            near = norm.vmin <= tick <= norm.vmax and abs(float(norm(tick)) - share) < 0.05
            if near and len(number(tick)) <= _LETTERS:
                ticks.append(tick)
                break
    # Where nearly all are written out, they are not all made powers of ten for the rest.
    short = [tick for tick in ticks if fits(tick)]
    return sorted(set(short if len(short) > len(ticks) / 2 else ticks))


def draw_frame(axes: Axes, window: Window) -> str:
    """Mark where a window lies on a map of more, and return what the mark is."""
    from matplotlib.patches import Rectangle

    left, right = axes.get_xlim()
    if max(window.width, window.height) < _TINY * (right - left):
        middle = window.left + window.width / 2, window.top + window.height / 2
        axes.plot(*middle, "o", markersize=16, fillstyle="none", color="white", zorder=8)
        return "ring"
    corner = window.left, window.top
    sides = window.width, window.height
    axes.add_patch(Rectangle(corner, *sides, fill=False, color="white", zorder=8))
    return "frame"
