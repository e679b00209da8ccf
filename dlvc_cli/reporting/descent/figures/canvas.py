"""A figure of a descent: matplotlib without pyplot, whose parts are placed in inches."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from dlvc_cli.reporting.colours import brightness, rgb
from dlvc_cli.reporting.outside_text import drawn
from dlvc_cli.reporting.sheet.settle import settle
from dlvc_cli.reporting.sheet.style import (
    GREY,
    INK,
    LABEL,
    NOTE,
    SOFT,
    SUBTITLE,
    TICK,
    TITLE,
    new_figure,
)
from dlvc_cli.reporting.sheet.texts import cut, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties
    from matplotlib.patheffects import AbstractPathEffect

__all__ = ["Canvas", "edge", "rim"]

_MARGIN = 0.3
# Inches of a line of the title and of the subtitle, and how many of each there may be.
_TITLE_LINE, _SUBTITLE_LINE, _LINES = 0.27, 0.2, 2
_COMMAND = 7.5


class Canvas:
    """A figure of ``width`` by ``height`` inches. Places are in inches from its lower left.

    A title of more than a line is written in further room above.

    Args:
        title, subtitle: what the figure shows: 0.4 inches at its top, 0.65 with a subtitle.
        command: what makes it, for its bottom: 0.3 inches.
    """

    def __init__(
        self,
        width: float,
        height: float,
        title: str,
        subtitle: str = "",
        command: str = "",
        *,
        dpi: float = 120,
    ) -> None:
        from matplotlib.font_manager import FontProperties

        self.width, self.height = width, height
        self.figure = new_figure(width, height, dpi)
        self._settled = False
        room = width - 2 * _MARGIN
        large = FontProperties(size=TITLE, weight="bold")
        titles = wrap(self.figure, title, room, large, _LINES)
        small = FontProperties(size=SUBTITLE)
        subtitles = wrap(self.figure, subtitle, room, small, _LINES) if subtitle else []
        more = _TITLE_LINE * (len(titles) - 1) + _SUBTITLE_LINE * max(len(subtitles) - 1, 0)
        self._full = height + more
        self.figure.set_size_inches(width, self._full)
        top = self._full - 0.42
        for line in titles:
            self.text(_MARGIN, top, line, fontproperties=large)
            top -= _TITLE_LINE
        top += _TITLE_LINE - 0.26
        for line in subtitles:
            self.text(_MARGIN, top, line, fontproperties=small, color=SOFT)
            top -= _SUBTITLE_LINE
        self._write_command(command)

    @property
    def full_height(self) -> float:
        """With the room of a long title, in inches."""
        return self._full

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Add axes."""
        box = (
            left / self.width,
            bottom / self._full,
            width / self.width,
            height / self._full,
        )
        return self.figure.add_axes(box)

    def place(self, left: float, bottom: float) -> tuple[float, float]:
        """A place in shares of the figure."""
        return left / self.width, bottom / self._full

    def text(
        self, left: float, bottom: float, text: str, width: float | None = None, **look: Any
    ) -> None:
        """Write a line; ``$`` means itself.

        Args:
            width: the inches it may take, beyond which its middle is left out; by default all
                up to the figure's edge.
        """
        style: dict[str, Any] = {"color": INK, "va": "bottom"}
        if "fontproperties" not in look:
            style["fontsize"] = LABEL
        artist = self.figure.text(*self.place(left, bottom), "", **style | look)
        font: FontProperties = artist.get_fontproperties()
        room = self.width - left - _MARGIN / 2 if width is None else width
        lines = [drawn(cut(self.figure, line, room, font)) for line in text.split("\n")]
        artist.set_text("\n".join(lines))

    def heading(
        self,
        corner: tuple[float, float],
        name: str,
        result: str,
        width: float,
        colour: str | None = None,
    ) -> None:
        """Write above a panel's upper left corner what it is of, and how it went: 0.45 inches.

        Args:
            colour: of its curves, shown before the name.
        """
        left, top = corner
        self.text(left, top + 0.05, result, width, fontsize=NOTE, color=SOFT)
        if colour is not None:
            self._line((left, top + 0.31), colour)
            left, width = left + 0.27, width - 0.27
        self.text(left, top + 0.23, name, width, fontsize=TICK, fontweight="bold")

    def _line(self, place: tuple[float, float], colour: str) -> None:
        from matplotlib.lines import Line2D

        x, y = place
        look: dict[str, Any] = {"linewidth": 3, "path_effects": rim(colour, 3)}
        look["transform"] = self.figure.dpi_scale_trans
        self.figure.add_artist(Line2D([x, x + 0.2], [y, y], color=colour, **look))

    def _write_command(self, command: str) -> None:
        from matplotlib.font_manager import FontProperties

        font = FontProperties(size=_COMMAND, family="monospace")
        lines = wrap(self.figure, command, self.width - 2 * _MARGIN, font, _LINES)
        self.text(_MARGIN, 0.09, "\n".join(lines), fontproperties=font, color=GREY)

    def write(self, handle: IO[bytes], kind: str) -> None:
        """Write the figure in a format that matplotlib knows."""
        self.settle()
        self.figure.savefig(handle, format=kind)

    def settle(self) -> None:
        """Leave out labels that would lie on others; nothing is added after this."""
        if not self._settled:
            settle(self.figure)
        self._settled = True


def edge(colour: str) -> str:
    """A colour for the rim of a line, by which it stands out on dark and on light."""
    return "#ffffff" if brightness(rgb(colour)) < 0.59 else INK


def rim(colour: str, width: float) -> list[AbstractPathEffect]:
    """What puts a rim around a line of that width in points."""
    from matplotlib.patheffects import Normal, Stroke

    return [Stroke(linewidth=width + 1.4, foreground=edge(colour)), Normal()]
