"""Which view of a study suits."""

from __future__ import annotations

import io

import pytest
from helpers.studies import started

from dlvc_cli import events as ev
from dlvc_cli.reporting import live_screen
from dlvc_cli.reporting.base import QuietView
from dlvc_cli.reporting.study.live import LiveStudyView
from dlvc_cli.reporting.study.views import PlainStudyView, open_study_view


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("mode", "stream", "kind"),
    [
        ("auto", io.StringIO(), PlainStudyView),
        ("auto", Terminal(), LiveStudyView),
        ("plain", Terminal(), PlainStudyView),
        ("quiet", Terminal(), QuietView),
    ],
)
def test_a_terminal_shows_the_live_view(mode, stream, kind, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    assert type(open_study_view(mode, stderr=stream)) is kind


def test_lines_are_for_where_no_page_can_be_shown(monkeypatch):
    monkeypatch.setattr(live_screen, "has_screen", lambda console: False)
    assert type(open_study_view(stderr=Terminal())) is PlainStudyView


def test_plain_lines_tell_notices_too():
    stream = io.StringIO()
    view = open_study_view("plain", stderr=stream)
    for event in (ev.Notice(text="Measuring."), ev.Notice(text="Odd.", level="warning"), started()):
        view(event)
    assert stream.getvalue().splitlines()[:2] == ["Measuring.", "Warning: Odd."]
