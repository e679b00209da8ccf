"""Text is wrapped and cut by what it measures."""

from __future__ import annotations

from matplotlib.font_manager import FontProperties

from dlvc_cli.reporting.sheet.style import new_figure
from dlvc_cli.reporting.sheet.texts import cut, text_width, wrap

FONT = FontProperties(size=10)


def test_a_line_is_cut_to_its_room_and_no_further():
    figure = new_figure(4, 1, 100)
    assert cut(figure, "short", 4, FONT) == "short"
    text = "a name of $many$ letters, " * 20
    for width in (0.5, 1, 3):
        line = cut(figure, text, width, FONT)
        assert "…" in line and line[0] == "a" and line.endswith("s, ")
        assert 0.85 * width - 0.1 < text_width(figure, line, FONT) <= width


def test_lines_are_broken_between_words_and_the_last_is_cut():
    figure = new_figure(4, 1, 100)
    words = "one two three four five six seven eight nine ten"
    assert wrap(figure, words, 9, FONT, 2) == [words]
    lines = wrap(figure, words, 1.5, FONT, 9)
    assert " ".join(lines) == words and len(lines) > 2
    widths = [text_width(figure, line, FONT) for line in lines]
    assert max(widths) <= 1.5 and min(widths) > 0.3
    one, other = wrap(figure, words, 3, FONT, 2)
    assert abs(text_width(figure, one, FONT) - text_width(figure, other, FONT)) < 1
    assert len(wrap(figure, "x" * 400 + " y", 3, FONT, 2)) == 2
    two = wrap(figure, words, 1.5, FONT, 2)
    assert two[0].startswith("one") and two[1].endswith("ten") and "…" in two[1]
