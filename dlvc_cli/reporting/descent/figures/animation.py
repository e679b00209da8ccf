"""An animation of walks: the surface is drawn once, and the walks on copies of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib import get_data_path
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from dlvc_cli.descent.engine import MAX_PATHS
from dlvc_cli.descent.walks import Descent
from dlvc_cli.errors import BadOption
from dlvc_cli.files import replace_file
from dlvc_cli.reporting.descent.colours import MINIMUM, START, TRIALS, map_colours, rgb
from dlvc_cli.reporting.descent.figures.canvas import INK, edge
from dlvc_cli.reporting.descent.figures.stage import OVER, Line, Stage

__all__ = ["animate"]

# Frames at most, the time that they take in all, and how long the last one stays, in ms.
_FRAMES, _TIME, _HOLD = 100, 8000, 2000
_SLOWEST = 250
# Widths and radii in pixels.
_LINE, _THIN, _RIM, _HEAD = 2.0, 1.2, 0.8, 5.0
_MANY = 8
# Colours of the map in the palette of 256.
_SHADES = 80


def animate(descent: Descent, target: Path) -> None:
    """Write a GIF of all walks at once, in about ten seconds.

    Steps pass at an even pace, or where the curve of values has a logarithmic axis, ever faster.

    Raises:
        BadOption: there are no paths to show.
        RunError: the file cannot be written.
    """
    if any(walks.paths is None for walks in descent.trials):
        raise BadOption(
            f"{target}: an animation needs the paths of the walks, and these are kept of up to "
            f"{MAX_PATHS} walks. Give fewer starts, or draw a .png."
        )
    stage = Stage(descent)
    ends = _frame_ends(stage.steps, stage.scales.log_steps)
    frames = _draw_frames(stage, ends)
    palette = _palette(frames[-1])
    flat = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    pace = int(np.clip(_TIME / len(flat), 20, _SLOWEST)) // 10 * 10
    with replace_file(target) as handle:
        flat[0].save(
            handle,
            format="GIF",
            save_all=True,
            append_images=flat[1:],
            duration=[pace] * (len(flat) - 1) + [_HOLD],
            loop=0,
            optimize=True,
        )


def _frame_ends(steps: int, log: bool) -> NDArray[np.int64]:
    """The step that each frame shows, the first one the start."""
    if log:
        ends = np.concatenate([[0], np.geomspace(1, steps, _FRAMES - 1)])
    else:
        ends = np.linspace(0, steps, min(steps + 1, _FRAMES))
    return np.unique(ends.round().astype(np.int64))


def _draw_frames(stage: Stage, ends: NDArray[np.int64]) -> list[Image.Image]:
    """Draw what is new in each frame onto what there is already, and heads on a copy."""
    image = stage.background
    pen = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(Path(get_data_path(), "fonts/ttf/DejaVuSans.ttf")), 15 * OVER)
    width = _LINE if len(stage.curves) <= _MANY else _THIN
    last: list[list[Line]] = [[] for _ in stage.curves]
    frames = []
    for before, end in zip(np.append([0], ends[:-1]), ends, strict=True):
        for number, curve in enumerate(stage.curves):
            fresh = stage.lines(number, int(before), int(end))
            for line in fresh:
                pen.line(line, edge(curve.colour), round((width + 2 * _RIM) * OVER), joint="curve")
            # The rim covers the end of what came before; that is drawn again.
            for line in (*last[number], *fresh):
                pen.line(line, curve.colour, round(width * OVER), joint="curve")
            last[number] = fresh
        frames.append(_finish(stage, image.copy(), int(end), font))
    return frames


def _finish(
    stage: Stage, image: Image.Image, step: int, font: ImageFont.FreeTypeFont
) -> Image.Image:
    """Add starts, heads and the number of the step, and scale down."""
    pen = ImageDraw.Draw(image)
    radius = _HEAD if len(stage.curves) <= _MANY else _HEAD * 0.6
    for number, curve in enumerate(stage.curves):
        for place in stage.places(number, 0)[1:]:
            _disk(pen, place, radius * 0.75, START, INK)
        for place in stage.places(number, step):
            _disk(pen, place, radius, curve.colour, edge(curve.colour))
    pen.text(stage.counter, f"step {step:,}", fill=INK, font=font, anchor="rs")
    return image.reduce(OVER)


def _disk(
    pen: ImageDraw.ImageDraw, place: tuple[float, float], radius: float, fill: str, rim: str
) -> None:
    x, y = place
    size = radius * OVER
    pen.ellipse((x - size, y - size, x + size, y + size), fill=fill, outline=rim, width=OVER)


def _palette(image: Image.Image) -> Image.Image:
    """The colours of an image; those of walks and of the map whatever their share is."""
    own = [*TRIALS, START, MINIMUM, INK]
    numbers = [number for colour in own for number in rgb(colour)]
    numbers += map_colours(np.linspace(0, 1, _SHADES)).ravel().tolist()
    # One is left over, by which a frame says that a pixel stays as it was.
    rest = 255 - len(numbers) // 3
    numbers += (image.quantize(rest, Image.Quantize.MEDIANCUT).getpalette() or [])[: 3 * rest]
    palette = Image.new("P", (1, 1))
    palette.putpalette(numbers)
    return palette
