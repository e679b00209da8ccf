"""Colours of walks: by the minimum that each has come to, or by where it has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import hsv_to_rgb, to_rgb

from dlvc_cli.descent.basins import Basins
from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.reporting.sheet.style import BLUE, GREEN, ORANGE, PINK, SKY, VERMILION, YELLOW

__all__ = ["LEFT", "OTHERS", "Named", "by_place", "name_minima", "paint"]

LEFT, OTHERS = "#8c8c8c", "#3a3a3a"
"""Of walks that leave the surface, and of minima without a colour of their own."""

_PALETTE = (BLUE, ORANGE, GREEN, PINK, SKY, VERMILION, YELLOW, "#7A5195")
# So much of all walks must come to minima that have a colour of their own.
_COVER = 0.97


@dataclass(frozen=True)
class Named:
    """A minimum with a colour of its own, and how many walks of all trials come to it."""

    at: tuple[float, float]
    value: float
    colour: str
    count: int


def name_minima(basins: Sequence[Basins]) -> list[Named] | None:
    """Give the minima that most walks come to a colour each, the same in all trials.

    Returns:
        None where they are too many for that.
    """
    counts: dict[tuple[float, float], int] = {}
    values: dict[tuple[float, float], float] = {}
    for found in basins:
        for k, (x, y) in enumerate(found.minima.tolist()):
            counts[x, y] = counts.get((x, y), 0) + int(found.counts[k])
            values[x, y] = float(found.values[k])
    most = sorted(counts, key=lambda at: -counts[at])[: len(_PALETTE)]
    if sum(counts[at] for at in most) < _COVER * sum(counts.values()):
        return None
    pairs = zip(most, _PALETTE, strict=False)
    return [Named(at, values[at], colour, counts[at]) for at, colour in pairs]


def paint(basins: Basins, named: Sequence[Named]) -> Array:
    """Return the colour (N, 3) of each walk by its minimum."""
    colours = {one.at: to_rgb(one.colour) for one in named}
    table = [colours.get((x, y), to_rgb(OTHERS)) for x, y in basins.minima.tolist()]
    # The last one is that of label -1.
    return np.array([*table, to_rgb(LEFT)])[basins.labels]


def by_place(places: Array, surface: Surface) -> Array:
    """Return a colour (N, 3) for positions (N, 2): white in the middle of the surface, more
    saturated further out, the hue by the direction."""
    half = np.array(surface.corner) / 2
    across, down = ((places - half) / half).T
    distance = np.hypot(across, down) / np.sqrt(2)
    hue = np.arctan2(-down, across) / (2 * np.pi) % 1
    saturation = np.clip(1.25 * distance, 0, 1)
    brightness = 1 - 0.35 * np.clip(distance - 0.5, 0, 1) / 0.5
    return np.asarray(hsv_to_rgb(np.column_stack([hue, saturation, brightness])))
