"""Text that keeps to the room it has, as measured: it is wrapped, or its middle is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlvc_cli.reporting.formats import shorten
from dlvc_cli.reporting.outside_text import shown

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

__all__ = ["cut", "text_width", "wrap"]


def text_width(figure: Figure, text: str, font: FontProperties) -> float:
    """The inches that a line of text takes."""
    from matplotlib.backends.backend_agg import RendererAgg

    renderer: RendererAgg = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    width, _, _ = renderer.get_text_width_height_descent(shown(text), font, False)
    return float(width) / figure.dpi


def cut(figure: Figure, text: str, width: float, font: FontProperties) -> str:
    """Return ``text``, its middle left out where it would take more than ``width`` inches."""
    if text_width(figure, text, font) <= width:
        return text
    fits, over = 3, len(text)
    while over - fits > 1:
        middle = (fits + over) // 2
        if text_width(figure, shorten(text, middle, "…"), font) <= width:
            fits = middle
        else:
            over = middle
    return shorten(text, fits, "…")


def wrap(figure: Figure, text: str, width: float, font: FontProperties, most: int) -> list[str]:
    """Return ``text`` in lines of at most ``width`` inches and about one length, broken between
    words.

    Args:
        most: lines; the last of them is cut where it would be longer.
    """
    lines = _broken(figure, text, width, font)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        return [cut(figure, line, width, font) for line in lines]
    # About as narrow as the same number of lines can be.
    for share in (0.9, 0.8, 0.7, 0.6, 0.5) if len(lines) > 1 else ():
        narrow = _broken(figure, text, width * share, font)
        if len(narrow) > len(lines):
            break
        lines = narrow
    return [cut(figure, line, width, font) for line in lines]


def _broken(figure: Figure, text: str, width: float, font: FontProperties) -> list[str]:
    """Lines of as many words as fit, and at least of one."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(figure, longer, font) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
