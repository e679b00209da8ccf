"""The panel of a running study, on terminals of several sizes."""

from __future__ import annotations

import re

import pytest
from helpers.events import terminal, written
from helpers.studies import ended, news, standing_of, started

from dlvc_cli.reporting.study.study_panel import StudyPanel, sparkline

RUNNING = (
    started(("CNN plain", "CNN flipping + cropping", "ResNet", "AlexNet", "other")),
    news("CNN plain", "finished", 10),
    news("ResNet", "missing", reason="Its weights can't be fetched."),
    news("CNN flipping + cropping", epoch=5),
    news("AlexNet", "failed", 1, reason="The loss is no number any more."),
)


def draw(*events, **options) -> list[str]:
    console = terminal(**({"color_system": None} | options))
    console.print(StudyPanel(standing_of(*events)))
    return re.sub(r"\x1b\[[0-9;]*m", "", written(console)).splitlines()


def test_it_tells_of_all_runs_under_way_of_what_ended_and_of_what_is_next():
    lines = draw(*RUNNING)
    text = "\n".join(lines)
    assert "Runs 3/5" in lines[1] and lines[1].endswith("0:00 so far │")
    # 10 + 0 + 5 + 1 of 10 + 0 + 10 + 1 + 10.
    assert "Epochs 16/31" in lines[2] and "3:20 left" in lines[2]
    (under_way,) = (one for one in lines if "flipping" in one)
    assert "5/10  best 0.6200  ▁▃▅▆█" in under_way
    assert "failed    AlexNet: The loss is no number any more." in text
    assert "can't run ResNet: Its weights can't be fetched." in text
    assert text.index("ResNet:") < text.index("finished  CNN plain")
    assert "1 finished, 1 failed, 1 can't run, 1 waiting: next other" in text
    assert "Finished: 3 finished" not in text


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80, 140])
@pytest.mark.parametrize("height", [6, 8, 12, 24, 50])
def test_forty_runs_at_a_time_fit_every_terminal(width, height):
    names = [f"run {number} of a study" for number in range(60)]
    over = [news(name, "finished", 10) for name in names[50:]]
    lines = draw(
        started(names), *(news(name, epoch=3) for name in names[:45]), *over, width=width,
        height=height,
    )  # fmt: skip
    assert len(lines) <= max(height, 8)
    assert {len(line) for line in lines} == {min(width - 2, 120)}
    assert any("under way" in line for line in lines) or width < 30


def test_on_a_narrow_terminal_a_run_has_its_name_whole():
    lines = draw(*RUNNING, width=40)
    row = next(row for row, line in enumerate(lines) if "CNN flipping + cropping " in line)
    assert "5/10  best 0.6200" in lines[row + 1]
    assert "━" in lines[1] and "3:20 left" in lines[2]


def test_without_colour_and_letters_it_says_the_same():
    plain = draw(*RUNNING, no_color=True)
    assert plain == draw(*RUNNING)
    ascii_lines = draw(*RUNNING, encoding="ascii")
    assert "".join(ascii_lines).isascii()
    assert "failed" in "".join(ascii_lines) and "5/10  best 0.6200" in "".join(ascii_lines)


def test_names_and_reasons_from_outside_do_not_act():
    name = "[bold]a\x1b[31mb\n"
    lines = draw(started((name, "x")), news("x", "failed", reason="\x1b[2J"), news(name, epoch=1))
    assert r"[bold]a\x1b[31mb\n" in "".join(lines) and r"\x1b[2J" in "".join(lines)


def test_at_the_end_it_says_how_it_ended():
    text = "\n".join(draw(*RUNNING, ended(state="stopped")))
    assert "Stopped: 1 finished, 1 failed" in text and "left" not in text and "in all" in text


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ((), "    "),
        ((0.5,), "▁   "),
        ((0.0, 1.0), "▁█  "),
        ((0.0, None, 0.5, 1.0), "▁ ▅█"),  # 0.5 of 7 levels: 3.5, rounded to even
        # Two a column: 0.05, 0.25, 0.45, 0.7.
        ((0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8), "▁▃▅█"),
        ((None, float("nan"), 0.2, 0.2), "  ▁▁"),
    ],
)
def test_a_sparkline_goes_from_the_lowest_to_the_highest(values, line):
    assert sparkline(values, 4) == line
