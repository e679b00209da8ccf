"""Colours of the map and of the walks, on terminals that have few."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.events import terminal
from rich.color import EIGHT_BIT_PALETTE
from skimage.color import rgb2lab

from dlvc_cli.reporting.colours import TRIALS, map_colours, rgb
from dlvc_cli.reporting.descent.terminal.palette import palette_of


def lightness(triplets):
    """CIE L* of colours (N, 3), 0 to 255."""
    return rgb2lab(np.array([triplets]) / 255)[0, :, 0]


def palette(system):
    found = palette_of(terminal(color_system=system))
    assert found is not None
    return found


@pytest.mark.parametrize("options", [{"no_color": True}, {"encoding": "ascii"}])
def test_without_colours_or_their_letters_there_is_none(options):
    assert palette_of(terminal(color_system="truecolor", **options)) is None


def test_all_colours_are_those_of_the_figures():
    heights = np.linspace(0, 1, 50).reshape(5, 10)
    codes = palette("truecolor").of(heights)
    red, green, blue = codes >> 16, codes >> 8 & 255, codes & 255
    assert np.array_equal(np.stack([red, green, blue], axis=-1), map_colours(heights))
    assert palette("truecolor").trial(len(TRIALS)) == 0xFF3B30


def test_brightness_rises_evenly_in_256_colours():
    heights = np.linspace(0, 1, 2000).reshape(1, -1)
    codes = palette("256").of(heights)[0]
    shown = lightness([EIGHT_BIT_PALETTE[code] for code in codes])
    assert (np.diff(shown) >= 0).all()
    # A straight line from the first colour to the last, but for steps of the cube's own size.
    line = shown[0] + heights[0] * (shown[-1] - shown[0])
    assert abs(shown - line).max() < 7
    ramp = dict(palette("256").ramp)
    assert list(ramp.values()) == pytest.approx(
        lightness([EIGHT_BIT_PALETTE[code] for code in ramp]), abs=0.06
    )
    # Six greens and greys, which is what becomes of viridis otherwise, would be too few.
    assert len(set(codes)) == 8 and min(codes) >= 16 and max(codes) < 232


def test_sixteen_colours_are_mixed_for_shades_between_them():
    for height, shares in ((0.0, {4: 1}), (1 / 6, {4: 0.5, 6: 0.5}), (1.0, {11: 1})):
        codes = palette("standard").of(np.full((10, 10), height))
        assert {int(code): np.mean(codes == code) for code in np.unique(codes)} == shares


@pytest.mark.parametrize("system", ["truecolor", "256", "standard"])
def test_a_mark_can_be_read_on_every_colour_of_the_map_and_of_the_walks(system):
    colours = palette(system)
    on_map = np.unique(colours.of(np.linspace(0, 1, 64).reshape(8, 8))).tolist()
    for back in (*on_map, *colours.trials):
        style = colours.on(back)
        front, behind = (
            lightness([color.get_truecolor()])[0] for color in (style.color, style.bgcolor)
        )
        assert abs(front - behind) > 30


def test_no_walk_has_a_colour_of_the_map():
    for system in ("256", "standard"):
        colours = palette(system)
        assert not set(colours.trials) & {code for code, _ in colours.ramp}
        assert len(set(colours.trials)) == len(TRIALS)
    assert rgb(TRIALS[0]) == (255, 59, 48)
