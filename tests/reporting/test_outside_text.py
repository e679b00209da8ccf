"""Text from outside as it may be shown."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlvc_cli.reporting.outside_text import drawn, shown, shown_lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Größe 猫 [red]", "Größe 猫 [red]"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\x9b31m", "\\x9b31m"),
        ("gpj.\u202eexe", "gpj.\\u202eexe"),
        (os.fsdecode(b"caf\xe9"), "caf\\xe9"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_would_act_is_escaped(text, expected):
    assert shown(text) == expected


@given(st.text())
def test_shown_text_is_encodable_and_holds_no_control_characters(text):
    for once in (shown(text), *shown_lines(text).split("\n")):
        once.encode()
        assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in once)
        assert shown(once) == once


def test_in_a_figure_a_dollar_and_a_leading_underscore_mean_themselves():
    assert drawn("_a$b$") == r" _a\$b\$"
