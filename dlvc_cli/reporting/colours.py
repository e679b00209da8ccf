"""Colours of maps, and of the walks on those of a surface."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["END", "MINIMUM", "START", "TRIALS", "brightness", "map_colours", "rgb", "trial_colour"]

# Every sixteenth colour of matplotlib's viridis (S. van der Walt and N. Smith, 2015), by which the
# terminal and the page do without importing matplotlib.
_VIRIDIS = (
    "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c 1fa088 28ae80 3fbc73 5ec962 "
    "84d44b addc30 d8e219 fde725"
)

# Colours of the trials: far from viridis and from each other.
TRIALS = ("#ff3b30", "#ffffff", "#ff9ff3", "#ffa94d", "#74c0fc", "#000000", "#e599f7", "#c92a2a")
START, END, MINIMUM = "#ffffff", "#ff3b30", "#ffd43b"


def trial_colour(index: int) -> str:
    """The colour of a trial, by its number."""
    return TRIALS[index % len(TRIALS)]


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of ``#ff3b30``."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return red, green, blue


def brightness(channels: Sequence[int]) -> float:
    """How bright red, green and blue, 0 to 255, are together, 0 to 1 (luma of ITU-R BT.601)."""
    red, green, blue = channels
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def map_colours(values: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return RGB (..., 3) of values in [0, 1] (...)."""
    anchors = np.array([rgb(f"#{word}") for word in _VIRIDIS.split()])
    places = np.linspace(0, 1, len(anchors))
    channels = [np.interp(values, places, anchors[:, k]) for k in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)
