"""The live view of a study, on consoles of a fixed size."""

from __future__ import annotations

import pytest
from helpers.events import first_screen, terminal, written
from helpers.studies import ended, news, started

from dlvc_cli import events as ev
from dlvc_cli.reporting.study.live import LiveStudyView


def test_what_ended_is_left_in_lines_and_nothing_of_the_panel():
    console = terminal(width=200)
    with LiveStudyView(console) as view:
        for event in (
            ev.Notice(text="Measuring a few steps, to tell how long it takes."),
            started(),
            news("plain", epoch=3),
            news("plain", "finished", 10),
            news("flip", "missing", reason="Put w.pth there."),
            news("crop", "failed", 2, reason="It went \x1b[31mastray."),
            ended(finished=1, failed=("crop",), missing=("flip",)),
        ):
            view(event)
        view._screen.refresh()
        shown = written(console)
    assert "Runs 3/3" in shown and "plain" in shown
    lines = first_screen(written(console)).splitlines()
    assert lines == [
        "Measuring a few steps, to tell how long it takes.",
        "ways: 3 runs. About 5 min left. Folder: studies/ways",
        "plain: finished, epoch 10/10, best 0.7700",
        "flip: can't run here: Put w.pth there.",
        "crop: failed, epoch 2/10, best 0.5300: It went \\x1b[31mastray.",
        "Finished: 1 run finished, failed: crop, can't run here: flip.",
    ]


def test_nothing_stays_behind_when_the_terminal_is_resized():
    console = terminal(width=100)
    with LiveStudyView(console) as view:
        view(started())
        for width, height in ((60, 24), (40, 12), (120, 40)):
            console.size = (width, height)
            view(ev.Notice(text=f"{width} columns"))
    lines = first_screen(written(console)).splitlines()
    assert lines[:3] == ["60 columns", "40 columns", "120 columns"]
    assert lines[3].startswith("ways: 3 runs") and len(lines) == 4


def test_the_terminal_is_given_back_when_a_study_is_stopped_at_once():
    console = terminal()
    with pytest.raises(KeyboardInterrupt), LiveStudyView(console) as view:
        view(started())
        view(news("plain", "finished", 10))
        raise KeyboardInterrupt
    assert written(console).rindex("\x1b[?25h") > written(console).rindex("\x1b[?25l")
    assert "plain: finished" in first_screen(written(console))
