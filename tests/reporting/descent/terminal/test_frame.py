"""Frames of the live view: where walks are, and what is beside the map."""

from __future__ import annotations

import re

import numpy as np
import pytest
from helpers.descents import surface_of
from helpers.events import terminal, written
from hypothesis import given, settings
from hypothesis import strategies as st

import dlvc_cli
from dlvc_cli.reporting.descent.terminal.frame import Layout, Replay, framed
from dlvc_cli.reporting.descent.terminal.letters import Letters
from dlvc_cli.reporting.descent.terminal.palette import palette_of
from dlvc_cli.reporting.descent.terminal.terrain import Drawn, Terrain
from dlvc_cli.reporting.descent.window import whole, window_around

BOWL = np.add.outer(np.linspace(-1, 1, 40) ** 2, np.linspace(-1, 1, 40) ** 2)


def terrain(walks, console, size=(40, 20)):
    surface = surface_of(BOWL)
    letters = Letters.of(console.options.ascii_only, walks)
    return Terrain(surface, whole(surface), size, palette_of(console), letters)


def track(drawn_on, *places):
    return drawn_on.track(np.array(places, dtype=float), np.arange(len(places)))


def cells(console, renderable):
    """Letter and style of each character, row by row."""
    lines = console.render_lines(renderable, pad=False)
    return [[(letter, s.style) for s in row for letter in s.text] for row in lines]


@pytest.mark.parametrize("system", ["truecolor", "256", "standard"])
def test_the_walks_head_is_marked_in_its_colour(system):
    console = terminal(color_system=system)
    drawn_on = terrain(1, console)
    way = track(drawn_on, (5, 4), (30, 4), (30, 30))
    for step, (column, row) in enumerate(((5, 2), (30, 2), (30, 15))):
        shown = cells(console, drawn_on.draw([Drawn(way, 0, step)]))
        letter, style = shown[row][column]
        assert letter == "●"
        assert style.bgcolor == drawn_on.palette.style(None, drawn_on.palette.trial(0)).bgcolor
        assert sum(letter == "●" for line in shown for letter, _ in line) == 1
        assert (shown[2][5][0] == "○") == (step > 0)
    # What it has gone is a line of its colour.
    assert {shown[2][column][1].color for column in range(6, 30)} == {style.bgcolor}


def test_several_walks_have_letters_with_and_without_colour():
    coloured, plain = terminal(color_system="256"), terminal(no_color=True)
    for console in (coloured, plain, terminal(no_color=True, encoding="ascii")):
        drawn_on = terrain(2, console)
        walks = [
            Drawn(track(drawn_on, (5, 4), (30, 4)), 0, 1),
            Drawn(track(drawn_on, (5, 34), (30, 34)), 1, 1),
        ]
        shown = cells(console, drawn_on.draw(walks))
        assert (shown[2][30][0], shown[17][30][0]) == ("A", "B")
        assert shown[2][5][0] == ("S" if console.options.ascii_only else "○")
    drawn_on = terrain(2, plain)
    walks = [Drawn(track(drawn_on, *((x, y) for x in range(5, 31))), y, 25) for y in (4, 34)]
    upper, lower = (cells(plain, drawn_on.draw(walks))[row] for row in (2, 17))
    ways = ["".join(letter for letter, _ in row[6:30]) for row in (upper, lower)]
    assert ways == ["a" * 24, "b" * 24]


def test_the_key_says_what_the_letters_mean():
    assert Letters.of(False, 1).key(True).plain == "○ start  ● now  × minimum"
    assert Letters.of(True, 1).key(False).plain == "S start  @ now"
    assert Letters.of(False, 3).key(True).plain == "○ start  A,B now  × minimum"


@pytest.fixture(scope="module")
def descents():
    return [
        dlvc_cli.descend("beale", optimizer=names, grid=60, max_steps=200)
        for names in ("gd", "gd,nesterov,adam")
    ]


def frame(descent, width, height, **options):
    """The rows of the last frame, without colours."""
    console = terminal(width, height, **({"color_system": None} | options))
    window = window_around(descent.surface, [walk.path for walk in descent])
    layout = Layout.of(console.size, window)
    letters = Letters.of(console.options.ascii_only, len(descent))
    ground = Terrain(descent.surface, window, layout.map, palette_of(console), letters)
    replay = Replay(descent, ground, layout)
    panel = framed("beale", *replay.at(replay.steps), (width, height), layout)
    console.print(panel)
    return re.sub(r"\x1b\[[0-9;]*m", "", written(console)).splitlines()


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(20, 150),
    height=st.integers(8, 60),
    number=st.integers(0, 1),
    encoding=st.sampled_from(["utf-8", "ascii"]),
    system=st.sampled_from([None, "256"]),
)
def test_a_frame_fits_any_terminal(descents, width, height, number, encoding, system):
    lines = frame(descents[number], width, height, encoding=encoding, color_system=system)
    assert {len(line) for line in lines} == {min(width, 132)}
    assert len(lines) <= height - 2
    assert encoding == "utf-8" or "".join(lines).isascii()


def test_at_forty_columns_the_text_is_below_the_map_and_whole(descents):
    one, three = ("\n".join(frame(descent, 40, 24)) for descent in descents)
    for words in ("gd lr ", "step      200 of 200 ", "position", "value ", "gradient", "● now "):
        assert words in one
    assert [f" {letter}  " in three for letter in "ABC"] == [True] * 3
    assert "nesterov lr" in three


def test_the_curves_of_several_walks_have_their_letters_without_colour():
    walks = dlvc_cli.descend("beale", sweep=["lr=1,10"], grid=60, max_steps=200)
    lines = frame(walks, 100, 30, no_color=True)
    (first,) = (row for row, text in enumerate(lines) if "value from" in text)
    left = lines[first].index("value from")
    chart = "".join(line[left:] for line in lines[first + 1 :])
    assert chart.count("A") == chart.count("B") == 1
    in_ascii = "\n".join(frame(walks, 100, 30, encoding="ascii"))
    assert "over 200 steps" in in_ascii and "bbb" in in_ascii
