"""In which minimum's basin each start of a grid ends, and how many steps it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LogNorm, Normalize

from dlvc_cli.descent import kernel
from dlvc_cli.descent.basins import Basins, find_basins
from dlvc_cli.descent.surface import Array
from dlvc_cli.descent.walks import Descent
from dlvc_cli.reporting.descent.captions import heading, optimizers, settings
from dlvc_cli.reporting.descent.colours import rgb
from dlvc_cli.reporting.descent.figures.basin_colours import LEFT, by_place, name_minima, paint
from dlvc_cli.reporting.descent.figures.basin_key import draw_basin_key
from dlvc_cli.reporting.descent.figures.canvas import Canvas
from dlvc_cli.reporting.descent.figures.map_panel import draw_colour_bar, fit, label_map
from dlvc_cli.reporting.descent.figures.marks import draw_minima
from dlvc_cli.reporting.descent.window import whole
from dlvc_cli.reporting.formats import shorten
from dlvc_cli.reporting.scales import log_values

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_basins"]

# Inches beside the two maps of a trial, above and below them, and of the key.
_BESIDE, _ABOVE, _BELOW, _KEY = 2.75, 0.4, 0.6, 2.1


def draw_basins(descent: Descent) -> Canvas:
    """Draw for each trial a map of the minima that are reached, and one of the steps it takes."""
    trials, surface = descent.trials, descent.surface
    found = [find_basins(surface, walks) for walks in trials]
    named = name_minima(found)
    across = 1 if len(trials) < 3 else 2
    side = {1: 4.4, 2: 3.2}.get(len(trials), 2.7)
    width, height = fit(side, side, whole(surface))
    pair, row = 2 * width + _BESIDE, height + _BELOW + (_ABOVE if len(trials) > 1 else 0)
    canvas = Canvas(across * pair + _KEY, 1.25 + row * -(-len(trials) // across))
    norm = _step_norm(np.concatenate([walks.steps for walks in trials]))
    for k, (walks, basins) in enumerate(zip(trials, found, strict=True)):
        left = pair * (k % across) + 0.85
        top = canvas.height - 0.95 - row * (k // across)
        if len(trials) > 1:
            top -= _ABOVE
            name = shorten(walks.trial.label, 40, "…")
            text = f"{name}: {_share(basins)} reach a global minimum"
            canvas.text(left, top + 0.08, text, fontsize=10.5, fontweight="bold")
        axes = canvas.axes(left, top - height, width, height)
        if named is None:
            colours = by_place(walks.ends, surface)
            colours[basins.labels < 0] = np.array(_rgb(LEFT))
        else:
            colours = paint(basins, named)
        _draw_grid(axes, descent, colours)
        mark = draw_minima(axes, surface)
        second = canvas.axes(left + width + 0.65, top - height, width, height)
        steps = np.ma.masked_array(np.maximum(walks.steps, 1), basins.labels < 0)
        cmap = colormaps["magma"].with_extremes(bad=LEFT)
        image = _draw_grid(second, descent, steps, cmap=cmap, norm=norm)
        second.set_ylabel("")
        bar = (left + 2 * width + 0.8, top - height, 0.15, height)
        draw_colour_bar(canvas, image, bar, "steps")
    corner = across * pair + 0.1, canvas.height - 0.95
    draw_basin_key(canvas, corner, descent, found, named, mark)
    canvas.title(*_title(descent, found))
    canvas.footer(descent.command)
    return canvas


def _draw_grid(axes: Axes, descent: Descent, numbers: Array, **look: Any) -> Any:
    """Draw a number or a colour of each start, at its place."""
    assert descent.basins is not None
    count, surface = descent.basins, descent.surface
    right, bottom = surface.corner
    across, down = right / (count - 1) / 2, bottom / (count - 1) / 2
    image = axes.imshow(
        numbers.reshape(count, count, *numbers.shape[1:]),
        extent=(-across, right + across, bottom + down, -down),
        interpolation="nearest",
        aspect="auto",
        **look,
    )
    label_map(axes, whole(surface))
    axes.set_xlabel("column of the start", fontsize=10)
    axes.set_ylabel("row of the start", fontsize=10)
    return image


def _step_norm(steps: Array) -> Normalize:
    low, high = max(int(steps.min()), 1), max(int(steps.max()), 2)
    return LogNorm(low, high) if log_values(low, high) else Normalize(low, high)


def _share(basins: Basins) -> str:
    return f"{100 * basins.share_global:.3g} %"


def _title(descent: Descent, found: Sequence[Basins]) -> tuple[str, str]:
    """Title and subtitle."""
    starts = f"{len(descent.trials[0]):,} starts"
    tolerance = f"within {found[0].tolerance:g} grid units"
    if len(found) > 1:
        title = f"{heading(descent)}: where {starts} lead"
        common = f"{optimizers(descent)}: {settings(descent)}"
        return title, f"{common}; a global minimum is reached {tolerance}"
    (basins,) = found
    left = float((basins.labels < 0).mean())
    cut_off = float((descent.trials[0].reasons == kernel.MAX_STEPS).mean())

    words = [
        f"{_share(basins)} of {starts} reach a global minimum ({tolerance})",
        f"they end in the basins of {len(basins.minima):,} minima of the grid",
        f"{100 * cut_off:.3g} % are cut off at {descent.config.max_steps:,} steps"
        if cut_off
        else "",
        f"{100 * left:.3g} % leave the surface" if left else "",
    ]
    title = f"{heading(descent)}: {settings(descent, 0)}"
    return title, "; ".join(word for word in words if word)


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(channel / 255 for channel in rgb(colour))
