"""The quiet view, which others are made from."""

from __future__ import annotations

from helpers.events import every_event

from dlvc_cli.reporting.training.views import open_view


def test_quiet_writes_warnings_only(capsys):
    with open_view("quiet") as view:
        for event in every_event():
            view(event)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "Warning: One file is skipped.\n"
