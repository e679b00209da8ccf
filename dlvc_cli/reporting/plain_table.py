"""Tables without borders, which stay readable where the terminal is narrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

__all__ = ["PlainTable", "fact_grid"]

_GAP = 2
# What a column of running text is given at least: in less it would be a tower of words.
_LEAST = 16
_INDENT = "  "


def fact_grid(facts: Iterable[tuple[str, str | Text]]) -> Table:
    """A line a fact: what it is of, and what there is to say."""
    grid = Table(box=None, show_header=False, pad_edge=False)
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for fact in facts:
        grid.add_row(*fact)
    return grid


class PlainTable(Table):
    """A table whose columns keep their words whole. Where these don't fit side by side, or would
    stand in towers, each row is a block: the first cell, and below it the others with their
    headings.

    Args:
        options: of ``rich.table.Table``.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(box=None, pad_edge=False, **options)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        widths = self._widths(console, options)
        blocks = list(self._blocks(console, options.max_width)) if widths else []
        if widths is None or self._height(widths) > len(blocks):
            yield from blocks or self._blocks(console, options.max_width)
            return
        for column, width in zip(self.columns, widths, strict=True):
            column.width = width
        yield from super().__rich_console__(console, options)

    def _widths(self, console: Console, options: ConsoleOptions) -> list[int] | None:
        """The columns' widths: what they need, and a share of what is left; None if too much."""
        wanted = [self._needs(console, options, column) for column in self.columns]
        spare = options.max_width - _GAP * (len(wanted) - 1) - sum(least for least, _ in wanted)
        if spare < 0:
            return None
        missing = max(sum(most - least for least, most in wanted), 1)
        return [
            least + min(spare * (most - least) // missing, most - least) for least, most in wanted
        ]

    def _height(self, widths: list[int]) -> int:
        """About how many lines the table takes, without its headings."""
        columns = [
            [-(-_text(cell).cell_len // max(width, 1)) for cell in column.cells]
            for column, width in zip(self.columns, widths, strict=True)
        ]
        return sum(max(heights) for heights in zip(*columns, strict=True))

    def _needs(self, console: Console, options: ConsoleOptions, column: Column) -> tuple[int, int]:
        """How many columns of the terminal a column needs, and how many it would fill."""
        cells = [column.header, *column.cells]
        widths = [Measurement.get(console, options.update(width=10_000), cell) for cell in cells]
        most = max(width.maximum for width in widths)
        if column.no_wrap:
            return most, most
        word = max(width.minimum for width in widths)
        if column.overflow == "fold":
            # A path or a list without a space may be broken where it would take all there is.
            word = min(word, options.max_width // 2)
        return min(most, max(word, _LEAST)), most

    def _blocks(self, console: Console, width: int) -> Iterator[Text]:
        if self.title:
            yield Text(str(self.title), "table.title")
        first, *others = ([_text(cell) for cell in column.cells] for column in self.columns)
        for number, name in enumerate(first):
            yield Text(style="bold").append_text(name)
            facts = [
                Text.assemble((f"{column.header}: ", "dim"), cells[number])
                for column, cells in zip(self.columns[1:], others, strict=True)
                if cells[number].plain
            ]
            # A name may be indented itself, as that of a part of what stands above it.
            deep = len(name.plain) - len(name.plain.lstrip())
            yield from _filled(console, facts, width, " " * deep + _INDENT)


def _filled(console: Console, facts: list[Text], width: int, indent: str) -> Iterator[Text]:
    """Lines of as many facts as there is room for."""
    row = Text()
    for fact in facts:
        if row and row.cell_len + _GAP + fact.cell_len > width:
            yield row
            row = Text()
        row.append(" " * _GAP if row else indent).append_text(fact)
        if row.cell_len > width:
            lines = row[len(indent) :].wrap(console, width - len(indent))
            *whole, last = (Text(indent).append_text(part) for part in lines)
            yield from whole
            row = last
    if row:
        yield row


def _text(cell: object) -> Text:
    return cell if isinstance(cell, Text) else Text(str(cell))
