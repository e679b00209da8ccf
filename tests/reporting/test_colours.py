"""Colours that maps and walks have in common."""

from __future__ import annotations

import pytest

from dlvc_cli.reporting.colours import brightness, rgb


@pytest.mark.parametrize(
    ("colour", "bright"),
    [("#000000", 0), ("#ffffff", 1), ("#ff0000", 0.299), ("#00ff00", 0.587), ("#0000ff", 0.114)],
)
def test_brightness_weighs_red_green_and_blue(colour, bright):
    assert brightness(rgb(colour)) == pytest.approx(bright)
