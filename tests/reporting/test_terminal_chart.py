"""Curves of text."""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.style import Style

from dlvc_cli.reporting.look import Look
from dlvc_cli.reporting.terminal_chart import Curve, Plot, chart


def test_a_chart_rises_where_the_values_rise():
    look = Look(width=80, height=24)
    points = [(float(x), float(x)) for x in range(1, 11)]
    rows = chart(
        [Curve(points, "red", "o")],
        width=28,
        height=5,
        x_range=(1, 10),
        look=look,
        mark=(10.0, 10.0),
    )
    plain = [row.plain for row in rows]
    firsts = [next(i for i, letter in enumerate(row) if letter > "⠀") for row in plain]
    assert firsts == sorted(firsts, reverse=True)
    assert plain[0].startswith("    10 ┤") and plain[0].endswith("★")
    assert plain[-1].startswith("     1 ┤⣀") or plain[-1].startswith("     1 ┤⡠")
    assert all(len(row) == 28 for row in plain)


def test_a_loss_over_decades_is_drawn_logarithmically():
    look = Look(width=80, height=24)
    points = [(float(x), 10.0**-x) for x in range(5)]
    rows = chart([Curve(points, "red", "o")], width=48, height=9, x_range=(0, 4), look=look)
    assert "log" in rows[4].plain
    # On a logarithmic axis powers of ten lie on a straight line: the middle is in the middle.
    middle = rows[4].plain[8:]
    assert 17 <= next(i for i, letter in enumerate(middle) if letter > " ") <= 22


def test_crossing_curves_keep_their_dots():
    look = Look(width=80, height=24)
    rising = Curve([(0.0, 0.0), (1.0, 1.0)], "red", "o")
    falling = Curve([(0.0, 1.0), (1.0, 0.0)], "blue", "x")

    def dots(*curves):
        rows = chart(curves, width=18, height=4, x_range=(0, 1), look=look)
        return [
            ord(letter) & 0xFF if letter > "⠀" else 0 for row in rows for letter in row.plain[8:]
        ]

    both = [a | b for a, b in zip(dots(rising), dots(falling), strict=True)]
    assert dots(rising, falling) == both


def test_the_axis_is_logarithmic_from_the_ratio_on_that_all_charts_share():
    def has_log(low: float, high: float) -> bool:
        curve = Curve([(0.0, low), (1.0, high)], "red", "o")
        look = Look(width=80, height=24)
        rows = chart([curve], width=28, height=5, x_range=(0, 1), look=look)
        return any("log" in row.plain for row in rows)

    assert has_log(1, 31)
    assert not has_log(1, 29)


def diagonals(count: int) -> list[Curve]:
    """Curves that cross each other, each of a style of its own."""
    points = np.random.default_rng(1).uniform(0, 1, (count, 30))
    return [
        Curve([(k / 29, float(y)) for k, y in enumerate(values)], f"color({number})", "o")
        for number, values in enumerate(points)
    ]


def test_a_plot_that_is_drawn_piece_by_piece_is_the_same():
    curves = diagonals(5)
    whole, pieces = (Plot((40, 9), (0, 1), (0, 1), log=False) for _ in range(2))
    for layer, curve in enumerate(curves):
        whole.draw(curve, layer)
    for first, last in ((0, 7), (6, 8), (7, 20), (19, 30)):
        for layer, curve in enumerate(curves):
            piece = Curve(curve.points[first:last], curve.style, curve.letter)
            pieces.draw(piece, layer)
    assert pieces.rows() == whole.rows()
    assert [row.spans for row in pieces.rows()] == [row.spans for row in whole.rows()]


def test_the_higher_layer_gives_a_character_its_style_whenever_it_is_drawn():
    low, high = diagonals(2)
    plot, alone = (Plot((20, 5), (0, 1), (0, 1), log=False) for _ in range(2))
    plot.draw(high, layer=1)
    plot.draw(low, layer=0)
    alone.draw(high)
    styles = {
        text.get_style_at_offset(Console(), column)
        for text, only in zip(plot.rows(), alone.rows(), strict=True)
        for column, letter in enumerate(only.plain)
        if letter != " "
    }
    assert styles == {Style.parse(high.style)}


def test_what_lies_outside_a_plot_is_cut():
    plot = Plot((10, 3), (0, 1), (0, 1), log=False)
    plot.draw(Curve([(-1.0, -1.0), (2.0, 2.0)], "red", "o"))
    plot.put((3.0, 0.5), "*", "red")
    assert [row.cell_len for row in plot.rows()] == [10] * 3
    assert [row.plain != " " * 10 for row in plot.rows()] == [True] * 3
    assert "*" not in "".join(row.plain for row in plot.rows())
