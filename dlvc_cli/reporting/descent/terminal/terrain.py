"""A surface as coloured half-block characters, or as shades of letters without colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
from PIL import Image, ImageDraw
from rich.console import Group, RenderableType
from rich.text import Text

from dlvc_cli.descent.kept_path import Steps
from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.reporting.descent.terminal.letters import Letters
from dlvc_cli.reporting.descent.terminal.palette import Codes, Palette
from dlvc_cli.reporting.descent.window import Track, Window
from dlvc_cli.reporting.look import line

__all__ = ["Drawn", "Terrain"]

_LEVELS = 64
# From low to high; readable on dark and on light backgrounds alike.
_SHADES = " .:-=+*"


@dataclass(frozen=True)
class Drawn:
    """A walk on the map: its track, the number of its trial, and the step it is drawn up to."""

    track: Track
    trial: int
    step: int


class Terrain:
    """A window of a surface at a size in characters, with walks and points drawn on it.

    Args:
        size: columns and rows of characters; a row is two pixels high.
        palette: None where no colours can be shown.
        letters: what to mark places with.
    """

    def __init__(
        self,
        surface: Surface,
        window: Window,
        size: tuple[int, int],
        palette: Palette | None,
        letters: Letters,
    ) -> None:
        self.window = window
        self.size = size
        self.palette = palette
        self.letters = letters
        self._pixels = (size[0], 2 * size[1])
        self._heights = _equalised(_resized(surface, window, self._pixels))
        known = surface.known if len(surface.known) else surface.lowest
        minima = window.pixels(known, self._pixels)
        inside = ((minima >= 0) & (minima < np.array(self._pixels))).all(axis=1)
        # Hundreds of minima along a valley would hide it.
        self._minima = minima[inside] if len(minima) <= 20 else minima[:0]
        self.has_minima = len(self._minima) > 0
        self._codes = None if palette is None else palette.of(self._heights)

    def track(self, path: Array, steps: Steps) -> Track:
        """Return a path, with the steps of its positions, in the map's pixels."""
        return Track.of(path, steps, self.window, self._pixels)

    def draw(
        self, walks: Sequence[Drawn] = (), points: Iterable[Sequence[float]] = ()
    ) -> RenderableType:
        """Return the map.

        Args:
            points: positions (column, row) to put a dot on.
        """
        places = np.array([list(point) for point in points]).reshape(-1, 2)
        dots = [(x, y) for x, y in self.window.pixels(places, self._pixels).tolist()]
        if self.palette is None or self._codes is None:
            return self._shaded(walks, dots)
        return self._coloured(self.palette, self._codes, walks, dots)

    def _marked(self, walks: Sequence[Drawn]) -> dict[tuple[int, int], tuple[str, int | None]]:
        """By character: its letter, and the trial whose walk is there now; the last one counts."""
        names = self.letters
        marked: dict[tuple[int, int], tuple[str, int | None]] = {}
        for place in self._minima.tolist():
            marked[_cell(place)] = names.minimum, None
        for walk in walks:
            marked[_cell(walk.track.until(walk.step)[0])] = names.start, None
        for number, walk in enumerate(walks):
            marked[_cell(walk.track.until(walk.step)[-1])] = names.head(number), walk.trial
        return marked

    def _coloured(
        self, palette: Palette, codes: Codes, walks: Sequence[Drawn], dots: list[tuple[int, int]]
    ) -> RenderableType:
        image = Image.fromarray(codes).copy()
        pen = ImageDraw.Draw(image)
        for walk in walks:
            vertices = walk.track.until(walk.step)
            if len(vertices) > 1:
                pen.line(vertices, fill=palette.trial(walk.trial))
        for place in dots:
            pen.point(place, fill=palette.trial(0))
        upper, lower = np.asarray(image)[::2].tolist(), np.asarray(image)[1::2].tolist()
        cells = [
            [("▀", palette.style(*pair)) for pair in zip(*pixels, strict=True)]
            for pixels in zip(upper, lower, strict=True)
        ]
        for (x, y), (letter, trial) in self._marked(walks).items():
            if 0 <= x < self.size[0] and 0 <= y < self.size[1]:
                back = lower[y][x] if trial is None else palette.trial(trial)
                front = palette.minimum if letter == self.letters.minimum else None
                cells[y][x] = letter, palette.on(back, front)
        rows = []
        for row in cells:
            rows.append(line())
            for style, run in groupby(row, key=itemgetter(1)):
                rows[-1].append("".join(letter for letter, _ in run), style)
        return Group(*rows)

    def _shaded(self, walks: Sequence[Drawn], dots: list[tuple[int, int]]) -> RenderableType:
        letters = {_cell(place): "o" for place in dots}
        for number, walk in enumerate(walks):
            way = map(_cell, walk.track.until(walk.step))
            letters |= dict.fromkeys(way, self.letters.way(number))
        letters |= {cell: letter for cell, (letter, _) in self._marked(walks).items()}
        shades = (self._heights[::2] * (len(_SHADES) - 1)).round().astype(int)
        rows: list[Text] = [
            line("".join(letters.get((x, y), _SHADES[shade]) for x, shade in enumerate(row)))
            for y, row in enumerate(shades.tolist())
        ]
        return Group(*rows)


def _cell(pixel: Sequence[int]) -> tuple[int, int]:
    """The character (column, row) that holds a pixel."""
    return pixel[0], pixel[1] // 2


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
