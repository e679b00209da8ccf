"""Letters for what is marked on the map."""

from __future__ import annotations

from dlvc_cli.reporting.descent.terminal.letters import Letters


def test_the_key_says_what_the_letters_mean():
    assert Letters.of(False, 1).key(True).plain == "○ start  ● now  × minimum"
    assert Letters.of(True, 1).key(False).plain == "S start  @ now"
    assert Letters.of(False, 3).key(True).plain == "○ start  A,B now  × minimum"
