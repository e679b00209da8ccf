"""In which minimum's basin each start of a grid ends, and how many steps it takes; and the key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LogNorm, Normalize, to_rgb
from matplotlib.patches import Rectangle

from dlvc_cli.descent import kernel
from dlvc_cli.descent.basins import Basins, find_basins
from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.descent.walks import Descent
from dlvc_cli.reporting.descent.captions import heading, optimizers, settings
from dlvc_cli.reporting.descent.figures.basin_colours import (
    LEFT,
    OTHERS,
    Named,
    by_place,
    name_minima,
    paint,
)
from dlvc_cli.reporting.descent.figures.canvas import Canvas
from dlvc_cli.reporting.descent.figures.map_panel import draw_colour_bar, label_map, panel_size
from dlvc_cli.reporting.descent.figures.marks import draw_minima
from dlvc_cli.reporting.descent.window import whole
from dlvc_cli.reporting.formats import percent
from dlvc_cli.reporting.scales import log_colours
from dlvc_cli.reporting.sheet.numbers import number
from dlvc_cli.reporting.sheet.style import GREY, INK, NOTE, TICK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

__all__ = ["draw_basins"]

# Walks that begin near a minimum have the colour of the slowest among so large a share.
_QUICKEST = 0.01
# Inches beside the two maps of a trial, above and below them, and of the key.
_BESIDE, _ABOVE, _BELOW, _KEY = 2.75, 0.45, 0.6, 2.1
# Inches of the key: a row of it, and its square of colours.
_ROW, _SQUARE = 0.22, 1.25


def draw_basins(descent: Descent) -> Canvas:
    """Draw for each trial a map of the minima that are reached, and one of the steps it takes."""
    trials, surface = descent.trials, descent.surface
    found = [find_basins(surface, walks) for walks in trials]
    named = name_minima(found)
    across = 1 if len(trials) < 3 else 2
    side = {1: 4.4, 2: 3.2}.get(len(trials), 2.7)
    width, height = panel_size(side, side, whole(surface))
    pair, row = 2 * width + _BESIDE, height + _BELOW + (_ABOVE if len(trials) > 1 else 0)
    size = across * pair + _KEY, 1.25 + row * -(-len(trials) // across)
    canvas = Canvas(*size, *_title(descent, found), descent.command)
    stayed = [walks.steps[basins.labels >= 0] for walks, basins in zip(trials, found, strict=True)]
    norm = _step_norm(np.concatenate([*stayed, [1] * (not any(map(len, stayed)))]))
    for k, (walks, basins) in enumerate(zip(trials, found, strict=True)):
        left = pair * (k % across) + 0.85
        top = canvas.height - 0.95 - row * (k // across)
        if len(trials) > 1:
            top -= _ABOVE
            text = f"{_share(basins)} reach a global minimum"
            canvas.heading((left, top), walks.trial.label, text, 2 * width + 0.65)
        axes = canvas.axes(left, top - height, width, height)
        if named is None:
            colours = by_place(walks.ends, surface)
            colours[basins.labels < 0] = to_rgb(LEFT)
        else:
            colours = paint(basins, named)
        _draw_grid(axes, descent, colours)
        mark = draw_minima(axes, surface)
        second = canvas.axes(left + width + 0.65, top - height, width, height)
        steps = np.ma.masked_array(np.maximum(walks.steps, 1), basins.labels < 0)
        cmap = colormaps["magma"].with_extremes(bad=LEFT)
        image = _draw_grid(second, descent, steps, cmap=cmap, norm=norm)
        second.set_ylabel("")
        bar = (left + 2 * width + 0.8, top - height, 0.15, height)
        draw_colour_bar(canvas, image, bar, "steps")
    corner = across * pair + 0.1, canvas.height - 0.95
    _draw_key(canvas, corner, descent, found, named, mark)
    return canvas


def _draw_grid(axes: Axes, descent: Descent, numbers: Array, **look: Any) -> Any:
    """Draw a number or a colour of each start, at its place."""
    assert descent.basins is not None
    count, surface = descent.basins, descent.surface
    right, bottom = surface.corner
    across, down = right / (count - 1) / 2, bottom / (count - 1) / 2
    image = axes.imshow(
        numbers.reshape(count, count, *numbers.shape[1:]),
        extent=(-across, right + across, bottom + down, -down),
        interpolation="nearest",
        aspect="auto",
        **look,
    )
    label_map(axes, whole(surface), "column of the start", "row of the start")
    return image


def _step_norm(steps: Array) -> Normalize:
    """The range of steps, but for the quickest few: the colours are for what the others take."""
    low, most = max(int(np.quantile(steps, _QUICKEST)), 1), max(int(steps.max()), 2)
    return LogNorm(low, most) if log_colours(low, most) else Normalize(low, most)


def _share(basins: Basins) -> str:
    return percent(basins.share_global, 1)


def _title(descent: Descent, found: Sequence[Basins]) -> tuple[str, str]:
    """Title and subtitle."""
    starts = f"{len(descent.trials[0]):,} starts"
    tolerance = f"within {found[0].tolerance:g} grid units"
    if len(found) > 1:
        title = f"{heading(descent)}: where {starts} lead"
        common = f"{optimizers(descent)}: {settings(descent)}"
        return title, f"{common}; a global minimum is reached {tolerance}"
    (basins,) = found
    left = float((basins.labels < 0).mean())
    cut_off = float((descent.trials[0].reasons == kernel.MAX_STEPS).mean())
    words = [
        f"{_share(basins)} of {starts} reach a global minimum ({tolerance})",
        _basins_of(len(basins.minima)),
        f"{percent(cut_off, 1)} are cut off at {descent.config.max_steps:,} steps"
        if cut_off
        else "",
        f"{percent(left, 1)} leave the surface" if left else "",
    ]
    title = f"{heading(descent)}: {settings(descent, 0)}"
    return title, "; ".join(word for word in words if word)


def _basins_of(count: int) -> str:
    if count == 1:
        return "they end in the basin of 1 minimum of the grid"
    return f"they end in the basins of {count:,} minima of the grid" if count else ""


def _draw_key(
    canvas: Canvas,
    corner: tuple[float, float],
    descent: Descent,
    found: Sequence[Basins],
    named: Sequence[Named] | None,
    mark: Line2D | None,
) -> None:
    """Write the key from its upper left corner, in inches, downwards.

    Args:
        named: the minima that have a colour; None where colours show where a walk has ended.
        mark: what marks the known minima.
    """
    left, top = corner
    if named is None:
        top = _draw_square(canvas, corner, descent.surface)
        rows = []
    else:
        canvas.text(left, top - 0.2, "It ends in the basin of", fontsize=9.5)
        top -= 0.3
        # Of several trials each has its own shares.
        total = len(descent.trials[0]) if len(found) == 1 else None
        rows = [(one.colour, _words(one, total), f"value {number(one.value)}") for one in named]
        if len({at for basins in found for at in map(tuple, basins.minima.tolist())}) > len(named):
            rows.append((OTHERS, "another minimum", ""))
    if any((basins.labels < 0).any() for basins in found):
        rows.append((LEFT, "leaves the surface", ""))
    for colour, text, more in rows:
        top -= _ROW
        box, size = canvas.place(left, top), canvas.place(0.16, 0.16)
        canvas.figure.add_artist(Rectangle(box, *size, color=colour))
        canvas.text(left + 0.25, top, text, fontsize=TICK)
        if more:
            top -= 0.17
            canvas.text(left + 0.25, top, more, fontsize=NOTE, color=GREY)
    if mark is not None:
        _draw_mark(canvas, (left, top - 0.4), mark)


def _words(one: Named, total: int | None) -> str:
    share = f": {percent(one.count / total, 1)}" if total else ""
    return f"{one.at[0]:.0f},{one.at[1]:.0f}{share}"


def _draw_square(canvas: Canvas, corner: tuple[float, float], surface: Surface) -> float:
    """The colours of all places; returns the height below it."""
    left, top = corner
    for row, line in enumerate(("Colour: the place", "where a walk ends")):
        canvas.text(left, top - 0.2 * (row + 1), line, fontsize=9.5)
    window = whole(surface)
    width, height = panel_size(_SQUARE, _SQUARE, window)
    axes = canvas.axes(left, top - 0.55 - height, width, height)
    grid = np.meshgrid(*(np.linspace(0, end, 60) for end in surface.corner))
    places = np.column_stack([axis.ravel() for axis in grid])
    axes.imshow(by_place(places, surface).reshape(60, 60, 3), aspect="auto")
    axes.set_xticks([])
    axes.set_yticks([])
    return top - 0.75 - height


def _draw_mark(canvas: Canvas, place: tuple[float, float], mark: Line2D) -> None:
    mark.set_label(
        str(mark.get_label()).replace(" of the ", "\nof the ").replace(" grid", "\ngrid")
    )
    canvas.figure.legend(
        handles=[mark],
        loc="upper left",
        bbox_to_anchor=canvas.place(place[0], place[1] + 0.2),
        frameon=False,
        fontsize=TICK,
        borderpad=0,
        borderaxespad=0,
        handlelength=1.0,
        handletextpad=0.5,
        labelcolor=INK,
    )
