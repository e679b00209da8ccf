"""Cells of a table that are wider than their room, in several lines, broken between options."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dlvc_cli.reporting.sheet.legend_table import LegendRow, cells_room, lines_of
from dlvc_cli.reporting.sheet.style import NOTE
from dlvc_cli.reporting.sheet.texts import text_width

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["break_cells"]

# A piece is an option with its value, or an item of a list with the comma after it.
_PIECES = re.compile(r" (?=--)|(?<=,)")
# Of one that is too long for a line: a parameter, a folder.
_SMALLER = re.compile(r"(?<=[:/])")


def break_cells(
    figure: Figure,
    headings: Sequence[str],
    rows: Sequence[LegendRow],
    columns: Sequence[int],
    width: float,
    scale: float = 1.0,
    most: int = 6,
) -> list[LegendRow]:
    """Return rows whose cells in ``columns`` are in lines, where a whole row would be too wide.

    What tells rows apart is rarely at the ends of a text: so nothing is left out of its middle.

    Args:
        width: that the table may take, in inches.
        scale: of all sizes.
        most: lines of a cell; the last of them ends with ``…`` where more would follow.
    """
    from matplotlib.font_manager import FontProperties

    font = FontProperties(size=NOTE * scale)

    def measure(text: str) -> float:
        return text_width(figure, text, font)

    needs = [
        max(measure(line) for cell in column for line in lines_of(cell))
        for column in zip(headings, *(row.cells for row in rows), strict=True)
    ]
    room = cells_room(len(needs), width, scale)
    fixed = sum(need for k, need in enumerate(needs) if k not in columns)
    share = _most_each([needs[k] for k in columns], room - fixed)
    return [
        LegendRow(
            [
                _lines(str(cell), measure, share, most) if k in columns else cell
                for k, cell in enumerate(row.cells)
            ],
            row.look,
        )
        for row in rows
    ]


def _most_each(needs: Sequence[float], room: float) -> float:
    """The most that each may take, so that all of them together fit into ``room``."""
    share = 0.0
    for number, need in enumerate(sorted(needs)):
        share = room / (len(needs) - number)
        if need > share:
            return max(share, 0.0)
        room -= need
    return max([share, *needs])


def _lines(text: str, measure: Callable[[str], float], room: float, most: int) -> tuple[str, ...]:
    """As many pieces a line as fit, and at least one."""
    if measure(text) <= room:
        return (text,)
    lines: list[str] = []
    pieces = [
        smaller
        for piece in _PIECES.split(text)
        for smaller in ([piece] if measure(piece) <= room else _SMALLER.split(piece))
    ]
    for piece in pieces:
        between = " " if piece.startswith("--") else ""
        longer = f"{lines[-1]}{between}{piece}" if lines else piece
        if lines and measure(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(piece)
    left_out = len(lines) > most
    return (*lines[: most - 1], lines[most - 1] + " …") if left_out else tuple(lines)
