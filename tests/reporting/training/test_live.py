"""The live view, on consoles of a fixed size."""

from __future__ import annotations

import pytest
from helpers.events import STARTED, every_event, first_screen, terminal, written

from dlvc_cli import events as ev
from dlvc_cli.reporting.training.live import LiveView


def test_the_live_view_prints_notices_and_leaves_its_panel_below_them():
    console = terminal()
    with LiveView(console) as view:
        for event in every_event():
            view.handle(event)
    first, second, *panel = first_screen(written(console)).splitlines()
    assert (first, second) == ("Data: as given.", "Warning: One file is skipped.")
    assert panel[0].startswith("╭─ cnn on folder:images") and panel[-1].endswith("╯")
    assert "Finished: all 10 epochs are done." in panel[3]
    assert "best 0.5400 at epoch 1, saved" in panel[-2]


def test_nothing_stays_behind_when_the_terminal_is_resized():
    console = terminal(width=100)
    with LiveView(console) as view:
        view.handle(STARTED)
        for size in ((60, 24), (40, 12), (120, 40)):
            console.size = size
            view.handle(ev.Notice(text=f"{size[0]} columns"))
    lines = first_screen(written(console)).splitlines()
    assert lines[:3] == ["60 columns", "40 columns", "120 columns"]
    assert [line[0] for line in lines[3:]] == ["╭", *"│" * (len(lines) - 5), "╰"]


def test_the_terminal_is_given_back_when_training_fails():
    console = terminal()
    with pytest.raises(KeyboardInterrupt), LiveView(console) as view:
        view.handle(STARTED)
        raise KeyboardInterrupt
    assert written(console).rindex("\x1b[?25h") > written(console).rindex("\x1b[?25l")
    assert "Epoch 1/10" in first_screen(written(console))


def test_nothing_of_the_progress_stays_when_no_run_started():
    console = terminal()
    with LiveView(console) as view:
        view.handle(ev.DataProgress(split="train", done=5, total=10))
        view.handle(ev.Notice(text="Two files are skipped."))
    assert "Reading train images" in written(console)
    assert first_screen(written(console)) == "Two files are skipped.\n"


def test_the_terminal_is_free_while_weights_are_fetched():
    console = terminal()
    with LiveView(console) as view:
        view.handle(ev.FetchingWeights(source="weights", done=False))
        console.print("43%")
        free = written(console)
        view.handle(ev.FetchingWeights(source="weights", done=True))
        view.handle(STARTED)
    assert free.count("\x1b[?1049h") == free.count("\x1b[?1049l") == 1
    assert first_screen(written(console)).startswith("43%\n╭")
