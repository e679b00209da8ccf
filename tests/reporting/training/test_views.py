"""Which view of a training is opened, and what it imports."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from dlvc_cli.reporting.training.live import LiveView
from dlvc_cli.reporting.training.views import open_view


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("term", "live"), [("xterm-256color", True), ("dumb", False)])
def test_a_terminal_gets_the_live_view_unless_it_is_dumb(monkeypatch, term, live):
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", term)
    assert isinstance(open_view("auto", stderr=Terminal()), LiveView) == live


def test_views_import_nothing_heavy():
    source = """
import io, sys
from dlvc_cli.events import Notice
from dlvc_cli.reporting.training import views
assert "rich" not in sys.modules
for mode in ("plain", "json", "quiet"):
    with views.open_view(mode, stdout=io.StringIO(), stderr=io.StringIO()) as view:
        view(Notice(text="hello"))
assert "rich" not in sys.modules
with views.open_view("live", stderr=io.StringIO()) as view:
    view(Notice(text="hello"))
import dlvc_cli.reporting.training.plots, dlvc_cli.reporting.training.summary
heavy = {"torch", "numpy", "matplotlib", "IPython", "PIL"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", source], check=True)
