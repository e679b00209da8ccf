"""A small chart of text: braille dots (2 x 4 a character), or one ASCII letter a point.

The dots of a braille character are bits of its code point from U+2800 on: left column bits 0, 1,
2, 6, right column 3, 4, 5, 7, from the top (Unicode, Braille Patterns).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from rich.text import Text

from dlvc_cli.reporting.look import Look, line
from dlvc_cli.reporting.training.progress import Point

__all__ = ["LABEL", "Curve", "chart"]

LABEL = 8
"""Columns that the y axis takes."""

_BLANK = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
# The y axis is logarithmic where the largest value is so many times the smallest.
_LOG_RATIO = 20.0


@dataclass(frozen=True)
class Curve:
    """Points to join by a line.

    Attributes:
        style: Rich style of its characters.
        letter: what stands for a point where there is no braille.
        dotted: drawn with gaps, so that it can be told apart without colour.
    """

    points: Sequence[Point]
    style: str
    letter: str
    dotted: bool = False


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
    log = low > 0 and high / low > _LOG_RATIO
    field = _Field(max(width - LABEL, 1), height, x_range, (low, high), log)
    for curve in curves:
        field.draw(curve, look.ascii_only)
    if mark is not None:
        field.put(mark, look.letter("★"), "bold yellow")
    labels = {height - 1: f"{low:.3g}"} if low < high else {}
    labels |= {0: f"{high:.3g}"} if values else {}
    if log and height > 2:
        labels[height // 2] = "log"
    rows = []
    for index, runs in enumerate(field.rows()):
        row = line()
        tick = look.letter("┤" if index in labels else "│")
        row.append(f"{labels.get(index, ''):>{LABEL - 2}} {tick}", "dim")
        for letters, style in runs:
            row.append(letters, style)
        rows.append(row)
    return rows


class _Field:
    """Characters that curves are drawn into."""

    def __init__(self, width: int, height: int, xs: Point, ys: Point, log: bool) -> None:
        self._width, self._height = width, height
        self._log = log
        self._x0, self._x1 = xs if xs[0] < xs[1] else (xs[0] - 1, xs[0])
        low, self._y1 = (self._scale(y) for y in ys)
        self._y0 = low if low < self._y1 else low - max(abs(low) * 0.05, 1e-9)
        self._cells: dict[tuple[int, int], tuple[str, str]] = {}

    def _scale(self, y: float) -> float:
        return math.log(y) if self._log else y

    def _place(self, point: Point) -> tuple[int, int]:
        """Row and column of a point, in dots."""
        across = (point[0] - self._x0) / (self._x1 - self._x0)
        down = (self._y1 - self._scale(point[1])) / (self._y1 - self._y0)
        return round(down * (4 * self._height - 1)), round(across * (2 * self._width - 1))

    def _inside(self, row: int, column: int) -> bool:
        return 0 <= row < 4 * self._height and 0 <= column < 2 * self._width

    def put(self, point: Point, letter: str, style: str) -> None:
        """Write a letter where the dot of ``point`` would be."""
        row, column = self._place(point)
        if self._inside(row, column):
            self._cells[row // 4, column // 2] = (letter, style)

    def draw(self, curve: Curve, ascii_only: bool) -> None:
        """Join the points of a curve; a lone point is a dot."""
        if ascii_only:
            for point in curve.points:
                self.put(point, curve.letter, curve.style)
            return
        places = [self._place(point) for point in curve.points]
        for (y0, x0), (y1, x1) in zip(places, places[1:] or places, strict=False):
            steps = max(abs(y1 - y0), abs(x1 - x0), 1)
            for step in range(steps + 1):
                row, column = y0 + round((y1 - y0) * step / steps), x0 + (x1 - x0) * step // steps
                if self._inside(row, column) and not (curve.dotted and column % 4 > 1):
                    self._dot(row, column, curve.style)

    def _dot(self, row: int, column: int, style: str) -> None:
        cell = row // 4, column // 2
        letter, _ = self._cells.get(cell, (chr(_BLANK), ""))
        # Both curves' dots stay; a character has one colour, the later curve's.
        self._cells[cell] = (chr(ord(letter) | _DOTS[row % 4][column % 2]), style)

    def rows(self) -> list[list[tuple[str, str]]]:
        """Return each row as runs of (letters, style)."""
        blank = (" ", "")
        return [
            [
                ("".join(letter for letter, _ in run), style)
                for style, run in groupby(
                    (self._cells.get((row, column), blank) for column in range(self._width)),
                    key=itemgetter(1),
                )
            ]
            for row in range(self._height)
        ]
