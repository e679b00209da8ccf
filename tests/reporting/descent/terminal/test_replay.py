"""Frames of a descent: they fit any terminal, and say what there is to read."""

from __future__ import annotations

import re

import pytest
from helpers.events import terminal, written
from hypothesis import given, settings
from hypothesis import strategies as st

import dlvc_cli
from dlvc_cli.reporting.descent.terminal.frame import Layout, framed
from dlvc_cli.reporting.descent.terminal.letters import Letters
from dlvc_cli.reporting.descent.terminal.palette import palette_of
from dlvc_cli.reporting.descent.terminal.replay import Replay
from dlvc_cli.reporting.descent.terminal.terrain import Terrain
from dlvc_cli.reporting.descent.window import window_around


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
