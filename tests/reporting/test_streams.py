"""Lines of text on a terminal of a given width."""

from __future__ import annotations

import os
import struct

import pytest

from dlvc_cli.reporting.streams import folded

fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")


@pytest.fixture
def narrow():
    leader, follower = os.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 40, 0, 0))
    with os.fdopen(follower, "w") as stream:
        yield stream
    os.close(leader)


def test_lines_end_at_spaces_where_a_terminal_would_break_words(narrow):
    text = "error: There is no surface called 'himmelbau'. Did you mean himmelblau?"
    assert folded(text, narrow).split("\n") == [
        "error: There is no surface called",
        "'himmelbau'. Did you mean himmelblau?",
    ]
    assert folded("Wrote " + "x" * 60, narrow) == "Wrote\n" + "x" * 60
    assert folded("x" * 40, narrow) == "x" * 40


def test_what_two_spaces_set_apart_stays_together(narrow):
    text = "epoch 1/2  train loss 0.6943  val loss 0.6927  val acc 0.5000"
    assert folded(text, narrow).split("\n") == [
        "epoch 1/2  train loss 0.6943",
        "val loss 0.6927  val acc 0.5000",
    ]


def test_files_and_pipes_get_whole_lines(tmp_path):
    with (tmp_path / "log").open("w") as stream:
        assert folded("word " * 50, stream) == "word " * 50
