"""The part of a surface that is worth looking at, and the tracks of walks in its pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.descent.kept_path import Steps
from dlvc_cli.descent.surface import Array, Surface

__all__ = ["Track", "Window", "square_around", "whole", "window_around"]

# A walk that covers less than this share of the surface is looked at from closer by.
_SMALL = 0.25
# What is shown around it, as a share of its own extent, and the least, in grid units.
_MARGIN, _LEAST = 0.3, 8.0


@dataclass(frozen=True)
class Window:
    """A rectangle of a surface: its left and top edge, and its sides, in grid units."""

    left: float
    top: float
    width: float
    height: float
    whole: bool

    def pixels(self, points: Array, size: tuple[int, int]) -> NDArray[np.int64]:
        """Return (x, y) of positions (K, 2) on a map of ``size`` (width, height) pixels."""
        corner, sides = np.array([self.left, self.top]), np.array([self.width, self.height])
        places = (points - corner) / sides * np.array(size)
        return np.floor(places).astype(np.int64)


def window_around(surface: Surface, paths: Sequence[Array] | None) -> Window:
    """The whole surface, or where all paths lie close together, what is around them."""
    if not paths:
        return whole(surface)
    most = _SMALL * min(surface.columns, surface.rows)
    return square_around(surface, paths, 1 + 2 * _MARGIN, _LEAST, most)


def whole(surface: Surface) -> Window:
    """The window that shows everything."""
    return Window(-0.5, -0.5, surface.columns, surface.rows, True)


def square_around(
    surface: Surface, paths: Sequence[Array], stretch: float, least: float, most: float
) -> Window:
    """A square that shows all of the paths; the whole surface where its side would be too long.

    Args:
        stretch: its side, as a multiple of the paths' extent.
        least, most: the range of its side in grid units.
    """
    low = np.min([path.min(axis=0) for path in paths], axis=0)
    high = np.max([path.max(axis=0) for path in paths], axis=0)
    side = max(float((high - low).max()) * stretch, least)
    if side > most:
        return whole(surface)
    middle = (low + high) / 2
    left, top = np.clip(middle - side / 2, 0, np.array(surface.corner) - side)
    return Window(float(left), float(top), side, side, False)


@dataclass(frozen=True, eq=False)
class Track:
    """A path in pixels, without the steps that don't leave their pixel.

    Attributes:
        vertices: (K, 2).
        steps: (K,), the step at which each is reached.
    """

    vertices: NDArray[np.int64]
    steps: NDArray[np.int64]

    @classmethod
    def of(cls, path: Array, steps: Steps, window: Window, size: tuple[int, int]) -> Track:
        """Return the track of a path (K, 2) and the steps of its positions (K,)."""
        pixels = window.pixels(path, size)
        moved = np.ones(len(pixels), dtype=bool)
        moved[1:] = (pixels[1:] != pixels[:-1]).any(axis=1)
        return cls(pixels[moved], steps[moved])

    def until(self, step: int) -> list[tuple[int, int]]:
        """Return the vertices of the first ``step`` steps, as far as they were kept."""
        count = int(np.searchsorted(self.steps, step, side="right"))
        return [(int(x), int(y)) for x, y in self.vertices[:count]]
