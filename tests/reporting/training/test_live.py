"""The live view, on consoles of a fixed size."""

from __future__ import annotations

import pytest
from helpers.events import STARTED, draw, every_event, state_of, terminal, written

from dlvc_cli import events as ev
from dlvc_cli.reporting.training.live import LiveView


def test_the_live_view_prints_notices_above_and_leaves_its_panel():
    console = terminal()
    with LiveView(console) as view:
        for event in every_event():
            view.handle(event)
    text = written(console)
    assert "Data: as given." in text and "Warning: One file is skipped." in text
    last = text[text.rindex("Finished: all 10 epochs are done.") :]
    assert "best 0.5400 at epoch 1, saved" in last and "╯" in last
    assert text.index("\x1b[?25l") < text.rindex("\x1b[?25h")
    assert text.endswith("\n\x1b[?25h")


def test_the_cursor_comes_back_when_training_fails():
    console = terminal()
    with pytest.raises(KeyboardInterrupt), LiveView(console) as view:
        view.handle(STARTED)
        raise KeyboardInterrupt
    assert written(console).rindex("\x1b[?25h") > written(console).rindex("\x1b[?25l")
    assert "Epoch 1/10" in written(console)


def test_nothing_of_the_progress_stays_when_no_run_started():
    console = terminal()
    with LiveView(console) as view:
        view.handle(ev.DataProgress(split="train", done=5, total=10))
        view.handle(ev.Notice(text="Two files are skipped."))
    # Whatever was drawn of the progress is erased after it.
    after = written(console).rpartition("Reading train images")[2]
    assert after.count("\x1b[1A\x1b[2K") == 1
    assert "Two files are skipped." in written(console)


def test_a_narrower_terminal_has_its_wrapped_lines_erased():
    console = terminal(width=100)
    view = LiveView(console)
    with view:
        view.handle(STARTED)
        console.print("first")
        before = len(written(console))
        console.size = (60, 24)
        console.print("second")
    redrawn = written(console)[before:]
    erased = redrawn[: redrawn.index("second")].count("\x1b[1A")
    rows = len(draw(state_of(STARTED), width=100))
    # Each of the panel's rows had become two.
    assert erased == 2 * rows - 1
