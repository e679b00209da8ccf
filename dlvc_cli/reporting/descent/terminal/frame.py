"""A frame of the live view: the map, and beside it or below it what there is to read."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dlvc_cli.reporting.descent.window import Window
from dlvc_cli.reporting.formats import shorten

__all__ = ["TEXT_COLUMNS", "Layout", "framed"]

TEXT_COLUMNS = 30
"""What the text takes beside the map; below it, it has these rows at least."""

_TEXT_ROWS = 7
_GAP = 2
# From so many columns on the text is beside the map.
_BESIDE = 58
_MOST_ROWS, _MOST_COLUMNS = 40, 132


@dataclass(frozen=True)
class Layout:
    """Columns and rows of the map and of the text, which is beside it or below it."""

    map: tuple[int, int]
    text: tuple[int, int]
    beside: bool

    @classmethod
    def of(cls, size: tuple[int, int], window: Window) -> Layout:
        """Fill a terminal of ``size`` with the map as far as the text leaves room; pixels are
        square."""
        # The panel's border and padding take four columns and two rows; two more rows are for
        # what is printed above.
        width, height = min(size[0], _MOST_COLUMNS) - 4, max(min(size[1] - 4, _MOST_ROWS), 4)
        beside = width >= _BESIDE or height < 2 * _TEXT_ROWS
        room = (width - _GAP - TEXT_COLUMNS, height) if beside else (width, height - _TEXT_ROWS)
        aspect = window.width / window.height
        columns = max(min(round(2 * room[1] * aspect), room[0]), 8)
        rows = max(min(room[1], round(columns / aspect / 2)), 4)
        if beside:
            return cls((columns, rows), (max(width - _GAP - columns, 10), height), True)
        return cls((columns, rows), (max(width, 10), height - rows), False)


def framed(
    title: str, left: RenderableType, right: RenderableType, size: tuple[int, int], layout: Layout
) -> Panel:
    """Return the panel around map and text."""
    content: RenderableType = Group(left, right)
    if layout.beside:
        content = Table.grid(padding=(0, _GAP))
        content.add_row(left, right)
    width = min(size[0], _MOST_COLUMNS)
    title = shorten(title, max(width - 6, 4), "...")
    return Panel(
        content, title=Text(title, "bold"), title_align="left", width=width, padding=(0, 1)
    )
