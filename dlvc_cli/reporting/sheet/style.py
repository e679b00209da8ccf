"""Colours and sizes of figures, and what axes of curves look like."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BLACK",
    "BLUE",
    "GREEN",
    "GREY",
    "INK",
    "LABEL",
    "NOTE",
    "ORANGE",
    "PALETTE",
    "PINK",
    "SKY",
    "SOFT",
    "SUBTITLE",
    "TICK",
    "TITLE",
    "VERMILION",
    "YELLOW",
    "new_figure",
    "tidy",
]

INK, SOFT, GREY = "#222222", "#444444", "#707070"
"""Of text: what matters, what explains, what may be passed over."""

_GRID, _FRAME = "#e3e3e3", "#808080"

BLUE, VERMILION, GREEN, PINK = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, YELLOW, BLACK = "#E69F00", "#56B4E9", "#F0E442", "#000000"
"""Okabe and Ito's palette, whose colours can be told apart with all common kinds of colour
blindness (https://jfly.uni-koeln.de/color/)."""

PALETTE = (BLUE, VERMILION, GREEN, PINK, ORANGE, SKY, BLACK)
"""Of lines: without yellow, which is hard to see on white."""

TITLE, SUBTITLE, LABEL, TICK, NOTE = 14.0, 10.5, 10.0, 9.0, 8.5
"""Sizes of text in points."""


def new_figure(width: float, height: float, dpi: float) -> Figure:
    """Return a white figure of about that size in inches, without pyplot or any global state.

    It has whole pixels: matplotlib cuts off what is left of one.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # By a hair more, since pixels / dpi * dpi may be less than the pixels.
    size = [math.nextafter(round(side * dpi) / dpi, math.inf) for side in (width, height)]
    figure = Figure(figsize=(size[0], size[1]), dpi=dpi, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def tidy(axes: Axes, scale: float = 1.0) -> None:
    """Axes of a curve: a light grid, no frame at the top and the right.

    Args:
        scale: of all sizes.
    """
    axes.grid(color=_GRID, linewidth=0.8 * scale)
    axes.set_axisbelow(True)
    look: dict[str, Any] = {"labelsize": TICK * scale, "length": 3 * scale, "width": 0.8 * scale}
    axes.tick_params(color=_FRAME, labelcolor=INK, **look)
    axes.tick_params(which="minor", length=2 * scale, color=_FRAME)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["bottom", "left"]].set_color(_FRAME)
    for axis in (axes.xaxis, axes.yaxis):
        axis.label.set_color(INK)
        axis.label.set_fontsize(LABEL * scale)
