"""Pages on the terminal's second screen."""

from __future__ import annotations

import os
import signal

import pytest
from helpers.events import first_screen, terminal, written
from rich.panel import Panel
from rich.text import Text

from dlvc_cli.reporting import live_screen
from dlvc_cli.reporting.live_screen import LiveScreen, leave_screen, pause_waits, say_above

ENTER, LEAVE = "\x1b[?1049h", "\x1b[?1049l"
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


def page():
    return Panel(Text("the page"))


def test_the_first_screen_gets_what_is_printed_and_the_last_page_whatever_its_size_was():
    console = terminal(60, 20)
    with LiveScreen(console, page) as screen:
        for size in ((30, 20), (30, 5), (20, 5), (100, 40), (60, 20)):
            console.size = size
            screen.refresh()
            console.print(f"printed at {size[0]}")
    lines = first_screen(written(console)).split("\n")
    assert lines[:5] == [f"printed at {width}" for width in (30, 30, 20, 100, 60)]
    assert lines[5][0] == "╭" and lines[6].startswith("│ the page") and lines[7][-1] == "╯"
    assert lines[8:] == [""]
    assert written(console).rindex(SHOW) > written(console).rindex(HIDE)


def test_what_is_printed_is_repeated_above_the_page_as_far_as_there_is_room():
    console = terminal(60, 6)
    with LiveScreen(console, page):
        for number in range(5):
            console.print(Text(f"line {number}"), highlight=False)
        shown = written(console).rpartition(ENTER)[2]
    assert "line 1" not in shown and shown.index("line 2") < shown.index("line 4")
    assert shown.index("line 4") < shown.index("the page")
    assert shown.count("\n") == 5


def test_an_unchanged_page_is_not_drawn_again():
    console = terminal()
    version = [0]
    with LiveScreen(console, page, version=lambda: version[0]) as screen:
        before = len(written(console))
        screen.refresh()
        assert len(written(console)) == before
        version[0] = 1
        screen.refresh()
        assert "the page" in written(console)[before:]


def test_an_error_leaves_no_page():
    console = terminal()
    with pytest.raises(KeyboardInterrupt), LiveScreen(console, page):
        console.print("printed")
        raise KeyboardInterrupt
    assert first_screen(written(console)) == "printed\n"


def test_after_a_pause_it_draws_when_the_terminal_is_its_own_again(monkeypatch, tmp_path):
    background = [True]
    monkeypatch.setattr(live_screen, "_in_background", lambda stream: background[0])
    with (tmp_path / "terminal").open("w") as file:
        console = terminal()
        console.file = file
        with LiveScreen(console, page) as screen:
            leave_screen()
            paused = (tmp_path / "terminal").read_text()
            assert paused.endswith(LEAVE)
            screen.refresh()
            console.print("in the background")
            assert "the page" not in first_screen((tmp_path / "terminal").read_text())
            background[0] = False
            screen.refresh()
            shown = (tmp_path / "terminal").read_text().rpartition(ENTER)[2]
            assert "in the background" in shown and "the page" in shown


@pytest.mark.skipif(not hasattr(signal, "SIGTSTP"), reason="no Ctrl-Z")
def test_a_pause_waits_until_a_page_is_whole():
    console = terminal()
    pauses = []
    before = signal.signal(
        signal.SIGTSTP, lambda *_: pauses.append(pause_waits() or written(console))
    )

    def interrupted():
        if not pauses:
            signal.raise_signal(signal.SIGTSTP)
        return page()

    try:
        with LiveScreen(console, interrupted):
            pass
    finally:
        signal.signal(signal.SIGTSTP, before)
    assert pauses[0] is True
    # It came again, and the page was there.
    assert "the page" in pauses[1]


def test_what_a_handler_of_signals_says_is_printed_with_the_next_page():
    console = terminal()
    assert not say_above("nobody listens")
    with LiveScreen(console, page, per_second=0.001) as screen:
        assert say_above("Stopping.")
        screen.refresh()
    assert first_screen(written(console)).startswith("Stopping.\n")


def test_a_command_that_was_sent_to_the_background_has_no_screen(monkeypatch):
    console = terminal()
    assert live_screen.has_screen(console)
    monkeypatch.setattr(live_screen, "_in_background", lambda stream: True)
    monkeypatch.setattr(os, "getpgrp", os.getpid)
    assert not live_screen.has_screen(console)
    # timeout(1) leads a group in the background, and its command is watched all the same.
    monkeypatch.setattr(os, "getpgrp", lambda: os.getpid() + 1)
    assert live_screen.has_screen(console)
