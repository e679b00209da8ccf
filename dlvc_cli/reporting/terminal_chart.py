"""Curves of text: braille dots (2 x 4 a character), or one ASCII letter a point.

The dots of a braille character are bits of its code point from U+2800 on: left column bits 0, 1,
2, 6, right column 3, 4, 5, 7, from the top (Unicode, Braille Patterns).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Literal

from rich.style import Style
from rich.text import Text

from dlvc_cli.reporting.look import Look, line
from dlvc_cli.reporting.scales import log_values

__all__ = ["LABEL_COLUMNS", "Curve", "Mark", "Pattern", "Plot", "chart"]

LABEL_COLUMNS = 8
"""Columns that the y axis of a chart takes."""

Point = tuple[float, float]
Pattern = Literal["line", "gaps", "dots"]

_BLANK = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


@dataclass(frozen=True)
class Curve:
    """Points to join by a line.

    Attributes:
        style: Rich style of its characters.
        letter: what stands for a point where there is no braille.
        pattern: a line, a line with gaps, or single dots, which can be told apart without colour.
    """

    points: Sequence[Point]
    style: str | Style
    letter: str
    pattern: Pattern = "line"


@dataclass(frozen=True)
class Mark:
    """A letter at a point."""

    point: Point
    letter: str
    style: str | Style


def chart(
    curves: Sequence[Curve],
    *,
    width: int,
    height: int,
    x_range: Point,
    look: Look,
    mark: Point | None = None,
) -> list[Text]:
    """Return ``height`` rows of ``width`` columns: the y axis and the curves, later ones on top.

    Args:
        x_range: what the left and the right edge stand for.
        mark: a point to put a star on.
    """
    values = [y for curve in curves for _, y in curve.points]
    low, high = min(values, default=0.0), max(values, default=1.0)
    log = log_values(low, high)
    plot = Plot((max(width - LABEL_COLUMNS, 1), height), x_range, (low, high), log=log)
    for curve in curves:
        plot.draw(curve, ascii_only=look.ascii_only)
    if mark is not None:
        plot.put(mark, look.letter("★"), "bold yellow")
    labels = {height - 1: f"{low:.3g}"} if low < high else {}
    labels |= {0: f"{high:.3g}"} if values else {}
    if log and height > 2:
        labels[height // 2] = "log"
    rows = []
    for index, row in enumerate(plot.rows()):
        tick = look.letter("┤" if index in labels else "│")
        axis = line(f"{labels.get(index, ''):>{LABEL_COLUMNS - 2}} {tick}", "dim")
        rows.append(line().append_text(axis).append_text(row))
    return rows


class Plot:
    """Curves without axes, in a rectangle of characters. They may be drawn piece by piece.

    Args:
        size: columns and rows.
        x_range: what the left and the right edge stand for.
        y_range: what the lower and the upper edge stand for.
        log: whether values are spaced by their logarithms; both edges are positive then.
    """

    def __init__(self, size: tuple[int, int], x_range: Point, y_range: Point, *, log: bool) -> None:
        self._columns, self._rows = size
        self._log = log
        self._x0, self._x1 = x_range if x_range[0] < x_range[1] else (x_range[0] - 1, x_range[0])
        low, self._y1 = (self._scale(y) for y in y_range)
        self._y0 = low if low < self._y1 else low - max(abs(low) * 0.05, 1e-9)
        # For each character, row by row: its dots, or another letter; its style, and whose it is.
        count = self._columns * self._rows
        self._dots = [0] * count
        self._letters: dict[int, str] = {}
        self._styles: list[str | Style] = [""] * count
        self._layers = [0] * count

    def _scale(self, y: float) -> float:
        return math.log(y) if self._log else y

    def _place(self, point: Point) -> tuple[int, int]:
        """Row and column of a point, in dots."""
        across = (point[0] - self._x0) / (self._x1 - self._x0)
        down = (self._y1 - self._scale(point[1])) / (self._y1 - self._y0)
        return round(down * (4 * self._rows - 1)), round(across * (2 * self._columns - 1))

    def _inside(self, row: int, column: int) -> bool:
        return 0 <= row < 4 * self._rows and 0 <= column < 2 * self._columns

    def put(self, point: Point, letter: str, style: str | Style) -> None:
        """Write a letter where the dot of ``point`` would be."""
        cell = self._cell(point)
        if cell is not None:
            self._letters[cell], self._styles[cell] = letter, style

    def _cell(self, point: Point) -> int | None:
        """The number of the character that holds a point, row by row."""
        row, column = self._place(point)
        inside = self._inside(row, column)
        return row // 4 * self._columns + column // 2 if inside else None

    def draw(self, curve: Curve, layer: int = 0, *, ascii_only: bool = False) -> None:
        """Join the points of a curve; a lone point is a dot.

        Args:
            layer: where curves meet in a character all of their dots stay, and it has the colour
                of the highest layer, or of the curve that was drawn last in it.
            ascii_only: write the curve's letter at each point instead.
        """
        if ascii_only:
            for point in curve.points:
                self.put(point, curve.letter, curve.style)
            return
        places = [place for place, _ in groupby(map(self._place, curve.points))]
        if curve.pattern == "dots":
            for place in places:
                if self._inside(*place):
                    self._dot(*place, curve.style, layer)
            return
        for (y0, x0), (y1, x1) in zip(places, places[1:] or places, strict=False):
            most = max(abs(y1 - y0), abs(x1 - x0), 1)
            for k in range(most + 1):
                row, column = y0 + round((y1 - y0) * k / most), x0 + (x1 - x0) * k // most
                if self._inside(row, column) and not (curve.pattern == "gaps" and column % 4 > 1):
                    self._dot(row, column, curve.style, layer)

    def _dot(self, row: int, column: int, style: str | Style, layer: int) -> None:
        cell = row // 4 * self._columns + column // 2
        self._dots[cell] |= _DOTS[row % 4][column % 2]
        if layer >= self._layers[cell]:
            self._styles[cell], self._layers[cell] = style, layer

    def rows(self, marks: Sequence[Mark] = ()) -> list[Text]:
        """Return what has been drawn, a text a row.

        Args:
            marks: letters that are shown this time, above all else.
        """
        shown = {self._cell(mark.point): mark for mark in marks}
        rows = []
        for first in range(0, len(self._dots), self._columns):
            row = line()
            cells = range(first, first + self._columns)
            letters = [
                (shown[cell].letter, shown[cell].style)
                if cell in shown
                else (self._letter(cell), self._styles[cell])
                for cell in cells
            ]
            for style, run in groupby(letters, key=itemgetter(1)):
                row.append("".join(letter for letter, _ in run), style)
            rows.append(row)
        return rows

    def _letter(self, cell: int) -> str:
        dots = self._dots[cell]
        return self._letters.get(cell) or (chr(_BLANK | dots) if dots else " ")
