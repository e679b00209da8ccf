"""The table of a study on terminals of several widths."""

from __future__ import annotations

import pytest
from helpers.events import terminal, written

from dlvc_cli.reporting.console import open_console
from dlvc_cli.reporting.study.terminal import tables_of

HEADINGS = ["experiment", "reported", "measured", "best *", "95 %", "against the first", "minutes"]
ROWS = [
    ["plain", "0.5 best\n9.9 loss", "0.6167 ok\n0.6758", "0.6167", "0.554 to 0.676", "", "9.2"],
    ["[bold]flip[/bold] and \x1b[31mcrop", "", "", "0.6125", "0.550 to 0.672",
     "-0.0042 (p 1.000, may be chance)", "12.2"],
]  # fmt: skip


def draw(width: int, headings=HEADINGS, rows=ROWS) -> str:
    file = terminal().file
    console = open_console(file=file, width=width, color_system=None, force_terminal=True)
    for table in tables_of(headings, rows, width):
        console.print(table)
    return written(console)


def test_where_there_is_room_it_is_one_table():
    assert draw(140).count("experiment") == 1
    assert r"[bold]flip[/bold] and \x1b[31mcrop" in draw(140)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_else_several_that_lose_nothing_and_keep_numbers_whole(width):
    text = draw(width)
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    assert text.count("experiment") > 1
    for value in ("0.6167 ok", "0.6758", "0.6125", "9.9 loss", "12.2", "-0.0042"):
        assert text.count(value) == 1, value
    for heading in HEADINGS[1:]:
        assert heading.split()[0] in text


def test_numbers_stand_below_each_other():
    lines = draw(60).splitlines()
    ends = [line.rstrip() for line in lines if line.rstrip().endswith((" 9.2", " 12.2"))]
    assert len(ends) == 2 and len(ends[0]) == len(ends[1])


def test_a_column_without_a_value_is_left_out():
    rows = [[*row[:5], "", row[6]] for row in ROWS]
    assert "against" not in draw(140, rows=rows)
