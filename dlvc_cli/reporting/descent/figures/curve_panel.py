"""Curves of the value against the step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dlvc_cli.descent.kept_path import Steps
from dlvc_cli.descent.surface import Array
from dlvc_cli.descent.walks import Descent, Walk
from dlvc_cli.reporting.colours import trial_colour
from dlvc_cli.reporting.descent.figures.canvas import edge
from dlvc_cli.reporting.descent.figures.lines import draw_lines, thin_curve
from dlvc_cli.reporting.scales import FALL_SHARE, log_steps, log_values, value_limits
from dlvc_cli.reporting.sheet.numbers import count_axis, number_axis
from dlvc_cli.reporting.sheet.style import tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "Scales",
    "WalkCurve",
    "choose_scales",
    "draw_curves",
    "mark_size",
    "take_curves",
]

# So many starts of one trial have a colour each.
_COLOURED = 8
# Of their ends: as many as the colours are not, so that no two have both in common.
_MARKS = "XPD^vs<"
# A path that covers less of a map's side is short.
_SHORT = 0.08


@dataclass(frozen=True, eq=False)
class WalkCurve:
    """A walk, its colour, and the mark of its end."""

    walk: Walk
    colour: str
    descent: Descent
    mark: str = "X"

    @cached_property
    def path(self) -> Array:
        """The positions that are kept, (K, 2)."""
        return self.walk.path

    @property
    def steps(self) -> Steps:
        """The step of each, (K,)."""
        return self.walk.path_steps

    def before(self, step: int) -> int:
        """Which of them is the last that was reached by a step."""
        return int(np.searchsorted(self.steps, step, side="right")) - 1

    @cached_property
    def values(self) -> Array:
        """The value at each, (K,)."""
        return self.descent.field.value(self.path)

    def extent(self) -> float:
        """The side of the square that the path needs, in grid units."""
        return float(np.ptp(self.path, axis=0).max())

    @property
    def short(self) -> bool:
        """Whether it can't be made out on a map of the whole surface."""
        surface = self.descent.surface
        return self.extent() < _SHORT * max(surface.columns, surface.rows)

    def most_fallen(self) -> int:
        """The step by which most of the fall to the lowest value has happened."""
        lowest = np.minimum.accumulate(self.values)
        fallen = lowest <= lowest[0] - FALL_SHARE * (lowest[0] - lowest[-1])
        return int(self.steps[fallen.argmax()])


def take_curves(descent: Descent) -> list[WalkCurve]:
    """All walks of a descent: a colour for each trial, or for each of a few starts of a single
    trial."""
    single = len(descent.trials) == 1
    curves = []
    for number, walks in enumerate(descent.trials):
        own = single and len(walks) <= _COLOURED
        for k in range(len(walks)):
            index = k if own else number
            mark = _MARKS[index % len(_MARKS)]
            curves.append(WalkCurve(walks.walk(k), trial_colour(index), descent, mark))
    return curves


@dataclass(frozen=True)
class Scales:
    """Axes that several panels of curves share: ranges, and whether they are logarithmic."""

    steps: int
    low: float
    high: float
    log_steps: bool
    log_values: bool


def choose_scales(curves: Sequence[WalkCurve]) -> Scales:
    """Choose axes on which the curves tell most."""
    steps = max(max(curve.walk.steps for curve in curves), 1)
    low = min(float(curve.values.min()) for curve in curves)
    high = max(float(curve.values.max()) for curve in curves)
    most_fallen = float(np.median([curve.most_fallen() for curve in curves]))
    return Scales(
        steps,
        low,
        high,
        log_steps=log_steps(steps, most_fallen),
        log_values=log_values(low, high),
    )


def draw_curves(
    axes: Axes, curves: Sequence[WalkCurve], scales: Scales, *, empty: bool = False
) -> None:
    """Draw value against step; ``empty`` leaves the axes alone."""
    from matplotlib.ticker import FixedLocator, NullLocator

    if scales.log_steps:
        axes.set_xscale("symlog", linthresh=1, linscale=0.3)
    axes.set_xlim(0, scales.steps * (1.1 if scales.log_steps else 1.02))
    count_axis(axes.xaxis, "step")
    if scales.log_steps:
        # Step 0 has its place to the left of step 1.
        decades = [10.0**k for k in range(len(str(scales.steps)))]
        axes.xaxis.set_major_locator(FixedLocator([0.0, *decades]))
        axes.xaxis.set_minor_locator(NullLocator())
    if scales.log_values:
        axes.set_yscale("log")
        low, high = scales.low / 1.3, scales.high * 1.3
    else:
        low, high = value_limits(scales.low, scales.high)
    axes.set_ylim(low, high)
    number_axis(axes.yaxis, "value", low, high)
    tidy(axes)
    if empty:
        return
    lines = [thin_curve(curve.steps, curve.values, scales.log_steps) for curve in curves]
    colours = [curve.colour for curve in curves]
    draw_lines(axes, list(zip(map(np.column_stack, lines), colours, strict=True)))
    for (steps, values), curve in zip(lines, curves, strict=True):
        look: dict[str, Any] = {"color": curve.colour, "markeredgecolor": edge(curve.colour)}
        look |= {"markersize": mark_size(curve.mark, 7), "clip_on": False, "zorder": 5}
        axes.plot(steps[-1], values[-1], curve.mark, **look)


def mark_size(mark: str, size: float) -> float:
    """The size at which a mark looks as large as the others of ``size``."""
    return size * 0.75 if mark in "Ds" else size
