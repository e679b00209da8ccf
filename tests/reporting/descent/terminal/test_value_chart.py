"""The values of walks as a chart that grows."""

from __future__ import annotations

import numpy as np
import pytest
from rich.console import Console
from rich.style import Style

from dlvc_cli.reporting.descent.terminal.value_chart import ValueChart, WalkValues


def falling(steps: int, low: float = 1.0, high: float = 2.0, colour: str = "#ff3b30") -> WalkValues:
    values = np.linspace(high, low, steps + 1).tolist()
    return WalkValues(range(steps + 1), values, colour)


def test_two_rows_say_what_the_chart_shows():
    rows = ValueChart([falling(1200)], 1200, (30, 10)).at(600)
    assert len(rows) == 10
    assert rows[0].plain == "value from 2 to 1"
    assert rows[-1].plain == "over 1,200 steps"
    assert all(row.cell_len == 30 for row in rows[1:-1])


@pytest.mark.parametrize(("high", "log"), [(29.0, False), (31.0, True)])
def test_values_that_differ_widely_have_a_logarithmic_axis(high, log):
    rows = ValueChart([falling(50, 1.0, high)], 50, (30, 10)).at(50)
    assert rows[0].plain.endswith(", log") is log


def test_it_goes_as_far_as_the_walks_do():
    chart = ValueChart([falling(100), falling(25, colour="#ffffff")], 100, (40, 12))

    def farthest(step: int) -> int:
        rows = chart.at(step)[1:-1]
        return max(len(row.plain.rstrip(" ")) for row in rows)

    assert [farthest(step) for step in (0, 10, 50, 100)] == [0, 5, 21, 40]
    # An earlier step is shown as it was.
    assert farthest(10) == 5


def test_frame_after_frame_it_is_what_a_single_frame_shows():
    generator = np.random.default_rng(3)
    walks = [
        WalkValues(range(0, 400, 4), generator.uniform(1, 20, 100).tolist(), colour)
        for colour in ("#ff3b30", "#ffffff", "#74c0fc")
    ]
    step_by_step, at_once = (ValueChart(walks, 399, (50, 14)) for _ in range(2))
    for step in range(0, 300, 7):
        grown = step_by_step.at(step)
    assert grown == at_once.at(step)
    assert [row.spans for row in grown] == [row.spans for row in at_once.at(step)]


def test_walks_have_their_colours_the_last_one_on_top():
    console = Console()
    walks = [falling(50, colour=colour) for colour in ("#ff3b30", "#74c0fc")]
    rows = ValueChart(walks, 50, (20, 8)).at(50)[1:-1]
    styles = {
        row.get_style_at_offset(console, column)
        for row in rows
        for column, letter in enumerate(row.plain)
        if letter != " "
    }
    assert styles == {Style.parse("#74c0fc")}


def test_values_that_stay_the_same_lie_in_the_middle():
    rows = ValueChart([WalkValues([0, 1, 2], [3.0, 3.0, 3.0], "#ffffff")], 2, (20, 9)).at(2)
    drawn = [row.plain.strip() != "" for row in rows[1:-1]]
    assert drawn == [False] * 3 + [True] + [False] * 3
