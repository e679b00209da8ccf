"""A legend as a table: a line as it is drawn, what it is, and how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlvc_cli.reporting.outside_text import drawn
from dlvc_cli.reporting.sheet.style import GREY, INK, NOTE
from dlvc_cli.reporting.sheet.texts import cut, text_width

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

__all__ = ["LegendRow", "cells_room", "draw_table", "lines_of", "rows_height", "table_height"]

Cell = str | tuple[str, ...]
"""A text, or its lines."""

# Inches: a row, the line before its cells, between columns, and the least width of a cut one.
_ROW, _LINE, _BETWEEN, _LEAST = 0.2, 0.4, 0.2, 0.3


@dataclass(frozen=True)
class LegendRow:
    """A row of the table.

    Attributes:
        cells: as many as there are headings; one of several lines is a tuple of them.
        look: of the line, as matplotlib's ``Line2D`` takes it; none without.
    """

    cells: Sequence[Cell]
    look: dict[str, Any] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """How many lines it takes."""
        return max(len(lines_of(cell)) for cell in self.cells)


def lines_of(cell: Cell) -> tuple[str, ...]:
    """A cell's lines."""
    return (cell,) if isinstance(cell, str) else cell


def table_height(rows: int, scale: float = 1.0) -> float:
    """The inches that a table of so many rows takes, its headings included."""
    return _ROW * scale * (rows + 1) if rows else 0.0


def rows_height(rows: Sequence[LegendRow], scale: float = 1.0) -> float:
    """The inches that a table of these rows takes, its headings included."""
    return table_height(sum(row.height for row in rows), scale)


def cells_room(columns: int, width: float, scale: float = 1.0) -> float:
    """The inches that the cells of a row have, in a table of this width."""
    return width - _LINE * scale - _BETWEEN * scale * (columns - 1)


def draw_table(
    figure: Figure,
    headings: Sequence[str],
    rows: Sequence[LegendRow],
    place: tuple[float, float, float],
    *,
    right: frozenset[int] = frozenset(),
    stretch: bool = False,
    scale: float = 1.0,
) -> None:
    """Write a table from (left, top) downwards, all in inches; what is too long is cut.

    Args:
        place: left, top, and the width it may take.
        right: columns of numbers, which stand at the right.
        stretch: the first column takes what room is left.
        scale: of all sizes.
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.lines import Line2D

    left, top, width = place
    font = FontProperties(size=NOTE * scale)
    room = cells_room(len(headings), width, scale)
    widths = _widths(figure, headings, rows, font, room, scale)
    if stretch:
        widths[0] += max(room - sum(widths), 0.0)
    inches = figure.dpi_scale_trans
    middle = top + _ROW * scale * 0.5
    for number, row in enumerate([LegendRow(headings), *rows]):
        middle -= _ROW * scale
        if row.look:
            ends = [left + 0.03 * scale, left + 0.3 * scale]
            line = Line2D(ends, [middle] * 2, transform=inches, **row.look | {"marker": None})
            # A rim of the line is none of the mark.
            look = row.look | {"linestyle": "none", "path_effects": None}
            mark = Line2D([sum(ends) / 2], [middle], transform=inches, **look)
            for artist in (line, mark):
                figure.add_artist(artist)
        x = left + _LINE * scale
        for column, (cell, least) in enumerate(zip(row.cells, widths, strict=True)):
            for below, text in enumerate(lines_of(cell)):
                figure.text(
                    x + least if column in right else x,
                    middle - _ROW * scale * below,
                    drawn(cut(figure, text, least + 0.01, font)),
                    transform=inches,
                    ha="right" if column in right else "left",
                    va="center",
                    fontproperties=font,
                    color=INK if number else GREY,
                )
            x += least + _BETWEEN * scale
        middle -= _ROW * scale * (row.height - 1)


def _widths(
    figure: Figure,
    headings: Sequence[str],
    rows: Sequence[LegendRow],
    font: FontProperties,
    room: float,
    scale: float,
) -> list[float]:
    """The width of each column: what it needs; where that is too much, the widest get less."""
    table = [headings, *(row.cells for row in rows)]
    needs = [
        max(text_width(figure, text, font) for cell in column for text in lines_of(cell))
        for column in zip(*table, strict=True)
    ]
    most = max(needs, default=0.0)
    while sum(min(need, most) for need in needs) > room and most > _LEAST * scale:
        most *= 0.97
    return [min(need, most) for need in needs]
