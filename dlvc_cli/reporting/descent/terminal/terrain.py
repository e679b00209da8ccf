"""A surface as coloured half-block characters, or as shades of letters without colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image, ImageDraw
from rich.console import Group, RenderableType
from rich.text import Text
from rich_pixels import Pixels

from dlvc_cli.descent.kept_path import Steps
from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.reporting.descent.colours import MINIMUM, START, map_colours, trial_colour
from dlvc_cli.reporting.descent.window import Track, Window
from dlvc_cli.reporting.look import line

__all__ = ["Terrain"]

_LEVELS = 64
# From low to high; readable on dark and on light backgrounds alike.
_SHADES = " .:-=+*"


class Terrain:
    """A window of a surface at a size in characters, with tracks and points drawn on it.

    Args:
        size: columns and rows of characters; a row is two pixels high.
        colour: whether colours can be shown.
    """

    def __init__(
        self, surface: Surface, window: Window, size: tuple[int, int], colour: bool
    ) -> None:
        self.window = window
        self.size = size
        self._colour = colour
        self._pixels = (size[0], 2 * size[1])
        self._heights = _equalised(_resized(surface, window, self._pixels))
        known = surface.known if len(surface.known) else surface.lowest
        minima = window.pixels(known, self._pixels)
        inside = ((minima >= 0) & (minima < np.array(self._pixels))).all(axis=1)
        # Hundreds of minima along a valley would hide it.
        self._minima = minima[inside] if len(minima) <= 20 else minima[:0]
        self._base = Image.fromarray(map_colours(self._heights))

    def track(self, path: Array, steps: Steps) -> Track:
        """Return a path, with the steps of its positions, in the map's pixels."""
        return Track.of(path, steps, self.window, self._pixels)

    def draw(
        self, tracks: Sequence[tuple[Track, int, int]] = (), points: Iterable[Sequence[float]] = ()
    ) -> RenderableType:
        """Return the map.

        Args:
            tracks: each with the number of its colour and the step up to which it is drawn.
            points: positions (column, row) to put a dot on.
        """
        image = self._base.copy()
        pen = ImageDraw.Draw(image)
        letters: dict[tuple[int, int], str] = {}
        for x, y in self._minima.tolist():
            self._dot(pen, letters, (x, y), MINIMUM, "x")
        for track, colour, step in tracks:
            vertices = track.until(step)
            if len(vertices) > 1:
                pen.line(vertices, fill=trial_colour(colour))
            letters |= dict.fromkeys(vertices, "o")
            self._dot(pen, letters, vertices[0], START, "S")
            self._dot(pen, letters, vertices[-1], trial_colour(colour), "@")
        places = np.array([list(point) for point in points]).reshape(-1, 2)
        for x, y in self.window.pixels(places, self._pixels).tolist():
            self._dot(pen, letters, (x, y), trial_colour(0), "o")
        return Pixels.from_image(image) if self._colour else self._shaded(letters)

    @staticmethod
    def _dot(
        pen: ImageDraw.ImageDraw,
        letters: dict[tuple[int, int], str],
        place: tuple[int, int],
        colour: str,
        letter: str,
    ) -> None:
        pen.point(place, fill=colour)
        letters[place] = letter

    def _shaded(self, letters: dict[tuple[int, int], str]) -> RenderableType:
        marks = {(x, y // 2): letter for (x, y), letter in letters.items()}
        shades = (self._heights[::2] * (len(_SHADES) - 1)).round().astype(int)
        rows: list[Text] = [
            line("".join(marks.get((x, y), _SHADES[shade]) for x, shade in enumerate(row)))
            for y, row in enumerate(shades.tolist())
        ]
        return Group(*rows)


def _resized(surface: Surface, window: Window, size: tuple[int, int]) -> Array:
    """Values at each pixel: averaged where a pixel covers several grid points."""
    # Pillow counts from the edges of pixels, positions from their centres.
    left, top = window.left + 0.5, window.top + 0.5
    box = (left, top, left + window.width, top + window.height)
    image = Image.fromarray(surface.values.astype(np.float32))
    resized = image.resize(size, Image.Resampling.BILINEAR, box=box)
    return np.asarray(resized, dtype=np.float64)


def _equalised(values: Array) -> Array:
    """Spread values over [0, 1] by their ranks, so that flat valleys show their shape."""
    levels = np.quantile(values, np.linspace(0, 1, _LEVELS))
    levels, places = np.unique(levels, return_index=True)
    spread: Array = np.interp(values, levels, places / (_LEVELS - 1))
    return spread
