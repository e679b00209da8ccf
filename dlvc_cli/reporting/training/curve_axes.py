"""Axes of epochs, and the curves of a run on them.

A run is given as the lines of its ``metrics.jsonl``; values that are missing or not finite leave a
gap in their curve.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlvc_cli.reporting.scales import log_values, value_limits
from dlvc_cli.reporting.sheet.style import GREY, SUBTITLE, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Metrics", "column", "draw_curve", "epochs_of", "finish_axes", "finite", "scale_values"]

Metrics = Sequence[Mapping[str, Any]]

# Each of no more points than these is marked; of more, so many.
_FEW, _MARKS = 15, 8


def epochs_of(metrics: Metrics) -> list[float]:
    """The epoch of each line."""
    return [line.get("epoch", index) for index, line in enumerate(metrics, start=1)]


def column(metrics: Metrics, key: str) -> list[float]:
    """The values of a key, NaN where a line has none that is finite."""
    values = (line.get(key) for line in metrics)
    return [
        float(value) if isinstance(value, int | float) and math.isfinite(value) else math.nan
        for value in values
    ]


def finite(values: Sequence[float]) -> list[float]:
    """Those that are numbers."""
    return [value for value in values if math.isfinite(value)]


def draw_curve(
    axes: Axes, metrics: Metrics, key: str, place: int = 0, scale: float = 1.0, **look: Any
) -> None:
    """Draw one key against the epoch, unless no line has it.

    Args:
        place: by which the marks of curves that lie on each other don't.
        scale: of all sizes.
    """
    values = column(metrics, key)
    count = len(finite(values))
    if not count:
        return
    marker = look.pop("marker", "o" if count <= _FEW else None)
    between = max(len(values) // _MARKS, 1)
    style: dict[str, Any] = {
        "linewidth": 1.6 * scale,
        "marker": marker,
        "markersize": 4.5 * scale,
        "markevery": 1 if count <= _FEW else (place % between, between),
    }
    axes.plot(epochs_of(metrics), values, **style | look)


def scale_values(axes: Axes, columns: Sequence[Sequence[float]], *, share: bool) -> bool:
    """Choose the axis of values, and return whether it is logarithmic.

    Args:
        share: they are shares of one, as accuracies are: never logarithmic.
    """
    values = [value for column in columns for value in finite(column)]
    if not values:
        return False
    low, high = min(values), max(values)
    log = not share and log_values(low, high)
    if log:
        axes.set_yscale("log")
        room = 10 ** (0.05 * (math.log10(high) - math.log10(low)))
        axes.set_ylim(low / room, high * room)
    else:
        axes.set_ylim(*value_limits(low, high))
    return log


def finish_axes(
    axes: Axes, label: str, epochs: Sequence[Sequence[float]], scale: float = 1.0
) -> None:
    """Labels, a light grid, whole numbers of epochs, and no frame at the top and the right."""
    from dlvc_cli.reporting.sheet.numbers import count_axis, number_axis

    axes.set_xlim(*epoch_limits(epochs))
    count_axis(axes.xaxis, "epoch", most=8)
    number_axis(axes.yaxis, label, *axes.get_ylim(), most=7)
    tidy(axes, scale)
    if not axes.lines:
        axes.set_yticks([])
        look: dict[str, Any] = {"fontsize": SUBTITLE * scale, "color": GREY, "ha": "center"}
        axes.text(0.5, 0.5, "no values", transform=axes.transAxes, **look)


def epoch_limits(epochs: Sequence[Sequence[float]]) -> tuple[float, float]:
    """The range of the epoch axis, with a little room on both sides."""
    every = [epoch for run in epochs for epoch in run] or [1]
    first, last = min(every), max(every)
    room = max((last - first) * 0.02, 0.5 if first == last else 0.05)
    return first - room, last + room
