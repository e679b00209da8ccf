"""What is marked on a map: paths, starts, ends and known minima; and the key to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.reporting.colours import END, MINIMUM, START
from dlvc_cli.reporting.descent.figures.canvas import Canvas, edge
from dlvc_cli.reporting.descent.figures.curve_panel import WalkCurve, mark_size
from dlvc_cli.reporting.descent.figures.lines import draw_lines, thin_path
from dlvc_cli.reporting.sheet.style import INK, TICK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_key", "draw_minima", "draw_paths", "walk_marks"]

# More paths than this have smaller marks.
_FEW = 16
# More minima than this are a curve rather than points.
_MANY = 40


def draw_paths(axes: Axes, curves: Sequence[WalkCurve], size: float = 9) -> None:
    """Draw paths, and above them their starts and ends.

    Args:
        size: of the marks, in points.
    """
    unit = abs(float(np.diff(axes.get_xlim())[0])) / axes.get_window_extent().width / 3
    draw_lines(axes, [(thin_path(curve.path, unit), curve.colour) for curve in curves])
    if len(curves) > _FEW:
        size *= 0.6
    for curve in curves:
        _draw_ends(axes, curve, size)


def _draw_ends(axes: Axes, curve: WalkCurve, size: float) -> None:
    """Mark where a walk starts (a white disk) and ends (its mark, of its colour)."""
    path, colour = curve.path, curve.colour
    start, end = path[0], path[-1]
    if _inside(axes, path[:1])[0]:
        disk: dict[str, Any] = {"color": START, "markeredgecolor": INK, "markersize": size * 0.8}
        axes.plot(*start, "o", zorder=6, clip_on=False, **disk)
    if _inside(axes, path[-1:])[0]:
        cross: dict[str, Any] = {
            "color": colour,
            "markeredgecolor": edge(colour),
            "markersize": mark_size(curve.mark, size),
        }
        axes.plot(*end, curve.mark, zorder=7, clip_on=False, markeredgewidth=0.9, **cross)


def _inside(axes: Axes, points: Array) -> NDArray[np.bool_]:
    """Which points (K, 2) lie within the axes. What is drawn there may reach over their edge."""
    low, high = np.sort(np.array([axes.get_xlim(), axes.get_ylim()]), axis=1).T
    inside: NDArray[np.bool_] = ((points >= low) & (points <= high)).all(axis=1)
    return inside


def draw_minima(axes: Axes, surface: Surface, size: float = 13) -> Line2D | None:
    """Mark the known minima: the formula's, or for an image its lowest points.

    Returns:
        What stands for them in a key; None where none is in sight.
    """
    known = len(surface.known) > 0
    points = surface.known if known else surface.lowest
    seen = points[_inside(axes, points)]
    if not len(seen):
        return None
    many = len(points) > _MANY
    one, more = ("minimum", "minima") if known else ("lowest grid point", "lowest grid points")
    label = (more if many else one) + (" of the formula" if known else "")
    if many:
        axes.plot(*seen.T, ".", markersize=1.5, color=MINIMUM, zorder=4, clip_on=False)
        return Line2D([], [], color=MINIMUM, linewidth=2, label=label)
    look: dict[str, Any] = {
        "color": MINIMUM,
        "markeredgecolor": INK,
        "markeredgewidth": 0.8,
        "linestyle": "none",
    }
    axes.plot(*seen.T, "*", markersize=size, zorder=5, clip_on=False, **look)
    return Line2D([], [], marker="*", markersize=12, label=label, **look)


def walk_marks(minima: Line2D | None, ends: Sequence[str] = "X") -> list[Line2D]:
    """What stands for start, end and minima in a key.

    Args:
        ends: the marks of the walks' ends; of several kinds, the legend shows each.
    """
    look: dict[str, Any] = {"linestyle": "none", "markeredgecolor": INK, "markersize": 8}
    more = " (marks as in the legend)" if len(set(ends)) > 1 else ""
    start = Line2D([], [], marker="o", color=START, label="start", **look)
    end = Line2D([], [], marker="X", color=END, label=f"end{more}", **look)
    return [start, end, *([minima] if minima is not None else [])]


def draw_key(canvas: Canvas, place: tuple[float, float], marks: Sequence[Line2D]) -> None:
    """Say what marks mean, in a line from (left, bottom) in inches."""
    canvas.figure.legend(
        handles=list(marks),
        loc="lower left",
        bbox_to_anchor=canvas.place(*place),
        ncols=len(marks),
        frameon=False,
        fontsize=TICK,
        borderpad=0,
        borderaxespad=0,
        handletextpad=0.4,
        columnspacing=1.5,
        handlelength=1.4,
    )
