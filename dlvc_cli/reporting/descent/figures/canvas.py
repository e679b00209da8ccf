"""The sheet that figures of a descent are drawn on: matplotlib without pyplot, placed in inches."""

from __future__ import annotations

import textwrap
from typing import IO, TYPE_CHECKING, Any

from dlvc_cli.reporting.descent.colours import rgb
from dlvc_cli.reporting.outside_text import drawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patheffects import AbstractPathEffect

__all__ = [
    "GREY",
    "INK",
    "Canvas",
    "edge",
    "rim",
    "tidy",
]

INK, GREY = "#222222", "#808080"
_MARGIN = 0.3


class Canvas:
    """A figure of ``width`` by ``height`` inches. Places are in inches from its lower left."""

    def __init__(self, width: float, height: float, dpi: float = 120) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self.figure: Figure = Figure(figsize=(width, height), dpi=dpi, facecolor="white")
        FigureCanvasAgg(self.figure)

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Add axes."""
        box = (
            left / self.width,
            bottom / self.height,
            width / self.width,
            height / self.height,
        )
        return self.figure.add_axes(box)

    def text(self, left: float, bottom: float, text: str, **look: Any) -> None:
        """Write a line; ``$`` means itself."""
        place = left / self.width, bottom / self.height
        style: dict[str, Any] = {"fontsize": 10, "color": INK, "va": "bottom"} | look
        self.figure.text(*place, drawn(text), **style)

    def title(self, text: str, subtitle: str = "") -> None:
        """Write what the figure shows at its top: 0.4 inches, 0.65 with a subtitle."""
        self.text(_MARGIN, self.height - 0.42, text, fontsize=14, fontweight="bold")
        if subtitle:
            self.text(_MARGIN, self.height - 0.68, subtitle, fontsize=10.5, color="#444444")

    def footer(self, command: str) -> None:
        """Write the command at the bottom: 0.3 inches."""
        # A letter of this font is 0.6 of its size wide.
        letters = int((self.width - 2 * _MARGIN) * 72 / (0.6 * 7.5))
        text = "\n".join(textwrap.wrap(command, letters, break_on_hyphens=False)[:2])
        self.text(_MARGIN, 0.09, text, fontsize=7.5, color=GREY, family="monospace")

    def write(self, handle: IO[bytes], kind: str) -> None:
        """Write the figure in a format that matplotlib knows."""
        self.figure.savefig(handle, format=kind)


def edge(colour: str) -> str:
    """A colour for the rim of a line, by which it stands out on dark and on light."""
    red, green, blue = rgb(colour)
    return "#ffffff" if 0.299 * red + 0.587 * green + 0.114 * blue < 150 else INK


def rim(colour: str, width: float) -> list[AbstractPathEffect]:
    """What puts a rim around a line of that width in points."""
    from matplotlib.patheffects import Normal, Stroke

    return [Stroke(linewidth=width + 1.4, foreground=edge(colour)), Normal()]


def tidy(axes: Axes) -> None:
    """Axes of a curve: a light grid, no frame at the top and the right."""
    axes.grid(color="#e3e3e3", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=9, length=3, color=GREY)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["bottom", "left"]].set_color(GREY)
