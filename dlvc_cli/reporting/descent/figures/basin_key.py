"""What the colours of a map of basins mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from dlvc_cli.descent.basins import Basins
from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.walks import Descent
from dlvc_cli.reporting.descent.figures.basin_colours import LEFT, OTHERS, Named, by_place
from dlvc_cli.reporting.descent.figures.canvas import GREY, INK, Canvas
from dlvc_cli.reporting.descent.figures.map_panel import fit
from dlvc_cli.reporting.descent.window import whole

__all__ = ["draw_basin_key"]

_WIDTH, _ROW, _SIDE = 1.9, 0.22, 1.25


def draw_basin_key(
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
        rows = [(one.colour, _words(one, total), f"value {one.value:.3g}") for one in named]
        if len({at for basins in found for at in map(tuple, basins.minima.tolist())}) > len(named):
            rows.append((OTHERS, "another minimum", ""))
    if any((basins.labels < 0).any() for basins in found):
        rows.append((LEFT, "leaves the surface", ""))
    for colour, text, more in rows:
        top -= _ROW
        box = (left / canvas.width, top / canvas.height)
        size = (0.16 / canvas.width, 0.16 / canvas.height)
        canvas.figure.add_artist(Rectangle(box, *size, color=colour))
        canvas.text(left + 0.25, top, text, fontsize=9)
        if more:
            top -= 0.17
            canvas.text(left + 0.25, top, more, fontsize=8, color=GREY)
    if mark is not None:
        _draw_mark(canvas, (left, top - 0.4), mark)


def _words(one: Named, total: int | None) -> str:
    share = f": {100 * one.count / total:.3g} %" if total else ""
    return f"{one.at[0]:.0f},{one.at[1]:.0f}{share}"


def _draw_square(canvas: Canvas, corner: tuple[float, float], surface: Surface) -> float:
    """The colours of all places; returns the height below it."""
    left, top = corner
    for row, line in enumerate(("Colour: the place", "where a walk ends")):
        canvas.text(left, top - 0.2 * (row + 1), line, fontsize=9.5)
    window = whole(surface)
    width, height = fit(_SIDE, _SIDE, window)
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
        bbox_to_anchor=(place[0] / canvas.width, (place[1] + 0.2) / canvas.height),
        frameon=False,
        fontsize=9,
        borderpad=0,
        borderaxespad=0,
        handlelength=1.0,
        handletextpad=0.5,
        labelcolor=INK,
    )
