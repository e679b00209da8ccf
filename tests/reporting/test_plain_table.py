"""Tables on terminals of several widths."""

from __future__ import annotations

from helpers.events import terminal, written

from dlvc_cli.reporting.console import plain_text
from dlvc_cli.reporting.plain_table import PlainTable


def table(*rows):
    made = PlainTable()
    made.add_column("name", overflow="fold")
    made.add_column("plugin")
    made.add_column("size", justify="right", no_wrap=True)
    made.add_column("what it is", overflow="fold")
    for row in rows:
        made.add_row(*map(plain_text, row))
    return made


def drawn(made, width):
    console = terminal(width, color_system=None)
    console.print(made)
    return [line.rstrip() for line in written(console).splitlines()]


SHORT = ("flip", "dlvc-ops", "3", "Mirror.")
LONG = ("crop", "dlvc-ops", "12,345", "Pad, then cut out a window at random.")


def test_where_there_is_room_it_is_a_table():
    assert drawn(table(SHORT, LONG), 80) == [
        "name  plugin      size  what it is",
        "flip  dlvc-ops       3  Mirror.",
        "crop  dlvc-ops  12,345  Pad, then cut out a window at random.",
    ]


def test_running_text_gives_way_first_and_no_word_is_broken():
    assert drawn(table(SHORT, LONG), 52) == [
        "name  plugin      size  what it is",
        "flip  dlvc-ops       3  Mirror.",
        "crop  dlvc-ops  12,345  Pad, then cut out a window",
        "                        at random.",
    ]
    for width in range(20, 60):
        words = " ".join(drawn(table(SHORT, LONG), width)).split()
        assert {"dlvc-ops", "12,345", "Mirror.", "random."} <= set(words), width
        assert max(map(len, drawn(table(SHORT, LONG), width))) <= width


def test_where_words_do_not_fit_side_by_side_each_row_is_a_block():
    assert drawn(table(SHORT, LONG), 36) == [
        "flip",
        "  plugin: dlvc-ops  size: 3",
        "  what it is: Mirror.",
        "crop",
        "  plugin: dlvc-ops  size: 12,345",
        "  what it is: Pad, then cut out a",
        "  window at random.",
    ]


def test_towers_of_words_become_blocks():
    tower = ("x", "dlvc-ops", "3", "word " * 60)
    assert drawn(table(tower), 46)[0] == "x"
    assert drawn(table(tower), 200)[0].startswith("name")


def test_empty_cells_are_left_out_of_a_block():
    assert drawn(table(("flip", "", "3", "")), 20) == ["flip", "  size: 3"]


def test_a_path_may_be_broken_where_nothing_else_helps():
    made = table(("a/very/long/path/" * 4, "dlvc-ops", "3", "Here."))
    assert max(map(len, drawn(made, 40))) <= 40
