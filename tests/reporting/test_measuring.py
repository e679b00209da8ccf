"""How far the measuring of images is."""

from __future__ import annotations

import sys

import pytest

from dlvc_cli.events import DataProgress
from dlvc_cli.reporting import measuring
from dlvc_cli.reporting.measuring import MeasuringBar

EVENTS = [DataProgress(split="train", done=done, total=9, task="measuring") for done in (3, 9)]


@pytest.mark.parametrize(("terminal", "moment", "shows"), [(1, -1, 1), (1, 60, 0), (0, -1, 0)])
def test_it_is_shown_on_a_terminal_after_a_moment(monkeypatch, capsys, terminal, moment, shows):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: bool(terminal))
    monkeypatch.setattr(measuring, "_MOMENT", moment)
    monkeypatch.setenv("TERM", "xterm")
    with MeasuringBar() as bar:
        for event in EVENTS:
            bar(event)
    text = capsys.readouterr()
    assert ("measuring train" in text.err) == bool(shows) and not text.out
