"""The map in the terminal: where walks are on it."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.descents import surface_of
from helpers.events import terminal

from dlvc_cli.reporting.descent.terminal.letters import Letters
from dlvc_cli.reporting.descent.terminal.palette import palette_of
from dlvc_cli.reporting.descent.terminal.terrain import Drawn, Terrain
from dlvc_cli.reporting.descent.window import whole

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
