"""What a plugin's formula looks like on a grid."""

from __future__ import annotations

import math

import pytest

import dlvc_cli as dlvc
from dlvc_cli.descent.basins import find_basins


def test_a_domain_shows_another_part_of_the_formula():
    surface = dlvc.descend("schaffer", domain=(-5, 5), max_steps=1).surface
    wave = math.cos(math.sin(abs(25 - 25)))
    corner = 0.5 + (wave - 0.5) / (1 + 0.001 * 50) ** 2
    frame = surface.frame
    assert surface.values[0, 0] * frame.scale + frame.offset == pytest.approx(corner)
    assert surface.values.max() == 1


def test_a_surface_with_negative_values_is_lifted_to_zero():
    surface = dlvc.descend("camel", max_steps=1).surface
    assert surface.values.min() == 0 and surface.values.max() == 1


def test_a_domain_wider_than_the_surface_s_own_has_no_known_minima():
    wide = dlvc.descend("beale", domain=(-10, 10), random_starts=30, lr=1000, max_steps=20_000)
    assert len(wide.surface.known) == 0 and len(dlvc.descend("beale").surface.known) > 1000
    walks = wide.trials[0]
    lowest = walks.values <= wide.surface.values.min() + 1e-6
    assert lowest.mean() > 0.5
    assert (find_basins(wide.surface, walks).reaches_global >= lowest).all()
