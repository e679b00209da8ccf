"""The table of a study in a terminal, however narrow that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from dlvc_cli.experiments.outcomes import StudyResults
from dlvc_cli.reporting.console import print_sentences, results_console
from dlvc_cli.reporting.outside_text import shown_lines
from dlvc_cli.reporting.study.study_table import cells, notes

__all__ = ["print_study", "tables_of"]

_GAP = 2
# Columns of the terminal that names of experiments get at least, where they need as many.
_NAME = 16
_RIGHT = ("minutes", "runs")


def print_study(results: StudyResults) -> None:
    """Print the table, what must be known to read it, and the findings."""
    console = results_console()
    for number, table in enumerate(tables_of(*cells(results), console.width)):
        if number:
            console.print()
        console.print(table)
    console.print()
    told = []
    for one in results.rows:
        name = one.experiment.name
        told += [f"{name} can't run here: {one.missing}"] if one.missing else []
        told += [f"{name}: {text}" for text in one.diverged]
    told += [f"{one.finding.says} {one.word}: {one.why}." for one in results.verdicts]
    print_sentences(console, [*notes(results), *told])


def tables_of(
    headings: Sequence[str], rows: Sequence[Sequence[str]], width: int
) -> Iterator[Table]:
    """Yield one table, or several where not all columns find room side by side.

    Each begins with the first column, so that a row can be read. Columns without a value are left
    out.

    Args:
        headings, rows: of the whole table, as text from outside; a cell may have several lines.
        width: columns of the terminal.
    """
    told = [column for column in range(len(headings)) if any(row[column] for row in rows)]
    headings = [headings[column] for column in told]
    rows = [[row[column] for column in told] for row in rows]
    needs = [
        max(_widest(text) for text in (heading, *column))
        for heading, column in zip(headings, zip(*rows, strict=True), strict=True)
    ]
    groups = _groups(needs, width)
    for group in groups:
        table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
        for column, given in group.items():
            number = headings[column] in _RIGHT
            table.add_column(
                Text(headings[column]),
                width=given,
                overflow="fold",
                justify="right" if number else "left",
            )
        for row in rows:
            table.add_row(*(Text(shown_lines(row[column])) for column in group))
        yield table


def _widest(text: str) -> int:
    return max(Text(part).cell_len for part in shown_lines(text).split("\n"))


def _groups(needs: Sequence[int], width: int) -> list[dict[int, int]]:
    """Divide columns among tables: the columns of each, with their widths.

    Args:
        needs: columns of the terminal that each would fill.
    """
    first, *others = needs
    whole = sum(needs) + _GAP * (len(needs) - 1) <= width
    name = first if whole else min(first, max(_NAME, width * 2 // 5))
    room = max(width - name - _GAP, 1)
    groups: list[dict[int, int]] = [{0: name}]
    left = room
    for column, need in enumerate(others, start=1):
        given = min(need, room)
        if given > left and len(groups[-1]) > 1:
            groups.append({0: name})
            left = room
        groups[-1][column] = given
        left -= given + _GAP
    return groups
