"""Colours of the map and of the walks, by how many colours a terminal has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rich.color import EIGHT_BIT_PALETTE, Color
from rich.console import Console
from rich.style import Style

from dlvc_cli.descent.surface import Array
from dlvc_cli.reporting.colours import MINIMUM, TRIALS, brightness, map_colours, rgb

__all__ = ["Codes", "Palette", "palette_of"]

Codes = NDArray[np.int32]

# Of xterm's 256 colours those nearest to viridis, from low to high, and how bright each is (CIE
# L*): a height takes the one whose brightness is nearest to its own.
_RAMP_256 = (
    (53, 21.1), (55, 28.2), (24, 37.7), (30, 50.8), (36, 63.7), (77, 77.2), (184, 83.5), (190, 94.3)
)  # fmt: skip
# Blue, cyan, bright green, bright yellow: each is brighter than the one before it in the palettes
# of xterm, Linux, macOS, GNOME, Windows and VS Code.
_RAMP_16 = ((4, 0.0), (6, 1.0), (10, 2.0), (11, 3.0))


@dataclass(frozen=True)
class Palette:
    """Codes of colours: 0xRRGGBB, or numbers of the terminal's own palette.

    Attributes:
        ramp: (code, brightness) from low to high; empty where all colours are there.
        trials: of the walks, by the number of their trial.
        minimum, black, white: of marks.
        ground: of the map's, one on which all walks can be seen.
        mixed: whether neighbours of the ramp are mixed, dot by dot, for a shade between them.
    """

    ramp: tuple[tuple[int, float], ...]
    trials: tuple[int, ...]
    minimum: int
    black: int
    white: int
    ground: int
    mixed: bool = False

    def trial(self, number: int) -> int:
        """The colour of a trial."""
        return self.trials[number % len(self.trials)]

    def of(self, heights: Array) -> Codes:
        """Return the code of each height in [0, 1], (rows, columns)."""
        if not self.ramp:
            red, green, blue = np.moveaxis(map_colours(heights).astype(np.int32), -1, 0)
            return red << 16 | green << 8 | blue
        codes, brightness = (np.array(column) for column in zip(*self.ramp, strict=True))
        wanted = brightness[0] + heights * (brightness[-1] - brightness[0])
        if self.mixed:
            # Every second dot, as on a chessboard, takes the brighter one a little earlier.
            rows, columns = np.indices(heights.shape)
            wanted += np.where((rows + columns) % 2, 0.25, -0.25)
        borders = (brightness[1:] + brightness[:-1]) / 2
        return codes[np.searchsorted(borders, wanted)].astype(np.int32)

    def color(self, code: int) -> Color:
        """A code as Rich knows it."""
        if self.ramp:
            return Color.from_ansi(code)
        return Color.from_rgb(code >> 16, code >> 8 & 255, code & 255)

    def style(self, front: int | None, back: int | None = None, bold: bool = False) -> Style:
        """A style of two codes; None leaves the terminal's own."""
        return _style(self, front, back, bold)

    def on(self, back: int, front: int | None = None) -> Style:
        """A mark's style on a colour: ``front`` or white, where that is dark; else black."""
        dark = self._brightness(back) < 0.45
        return self.style((front or self.white) if dark else self.black, back, bold=True)

    def _brightness(self, code: int) -> float:
        triplet = EIGHT_BIT_PALETTE[code] if self.ramp else rgb(f"#{code:06x}")
        return brightness(triplet)


@lru_cache(maxsize=50_000)
def _style(palette: Palette, front: int | None, back: int | None, bold: bool) -> Style:
    colors = (None if code is None else palette.color(code) for code in (front, back))
    color, bgcolor = colors
    return Style(color=color, bgcolor=bgcolor, bold=bold or None)


def _whole(colour: str) -> int:
    return int(colour[1:], 16)


_TRUE = Palette(
    (), tuple(map(_whole, TRIALS)), _whole(MINIMUM), _whole("#000000"), _whole("#ffffff"), 0x414487
)
_256 = Palette(_RAMP_256, (196, 231, 219, 215, 117, 16, 177, 124), 221, 16, 231, 24)
_16 = Palette(_RAMP_16, (9, 15, 13, 7, 12, 0, 5, 1), 15, 0, 15, 4, mixed=True)


def palette_of(console: Console) -> Palette | None:
    """The palette of a terminal; None where it has no colours, or no letters for half a dot."""
    if console.no_color or console.options.ascii_only:
        return None
    systems = {"truecolor": _TRUE, "256": _256, "standard": _16, "windows": _16}
    return systems.get(console.color_system or "")
