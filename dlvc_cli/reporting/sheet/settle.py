"""The last thing before a figure is written: labels of ticks that would lie on others, or outside
the figure, are left out."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from matplotlib.ticker import FixedFormatter, FixedLocator, NullFormatter
from matplotlib.transforms import Bbox

from dlvc_cli.reporting.sheet.numbers import TickNumbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

__all__ = ["settle"]

# Pixels between two labels, for each pixel of their text's height.
_BETWEEN = 0.45
# Letters of a label that stands upright beside an upright axis, how much longer than its axis a
# label may be, and its smallest size in points.
_SHORT, _OVER, _SMALLEST = 3, 1.05, 5.0


def settle(figure: Figure) -> None:
    """Thin out the ticks of all axes, and write in the axes' labels what the numbers leave out."""
    figure.draw_without_rendering()
    axes = [axis for axis in _axes(figure) if axis.get_visible()]
    for axis in axes:
        formatter = axis.get_major_formatter()
        if isinstance(formatter, TickNumbers) and axis.get_label_text():
            axis.set_label_text(formatter.label)
            _fit_label(axis)
    # Labels of axes have other widths now.
    figure.draw_without_rendering()
    box = Bbox.from_bounds(*figure.bbox.bounds)
    taken = [bbox for text in _written(figure, axes) if (bbox := _extent(text)) is not None]
    for axis in axes:
        taken += _thin(axis, taken, box)


def _fit_label(axis: Axis) -> None:
    """Write an axis's label along it, and smaller where it would be much longer."""
    label, upright = axis.label, axis is axis.axes.yaxis
    if upright and not label.get_rotation() and len(label.get_text()) > _SHORT:
        label.set_rotation(90)
    if upright and not label.get_rotation():
        return
    own, text = axis.axes.get_window_extent(), label.get_window_extent()
    room, size = (own.height, text.height) if upright else (own.width, text.width)
    if size > room * _OVER:
        label.set_fontsize(max(float(label.get_fontsize()) * room * _OVER / size, _SMALLEST))


def _axes(figure: Figure) -> Iterator[Axis]:
    """All axes of numbers, those of a second scale of others included."""
    pending: list[Axes] = list(figure.axes)
    while pending:
        one = pending.pop(0)
        pending += one.child_axes  # type: ignore[arg-type]
        if one.axison:
            yield one.xaxis
            yield one.yaxis


def _written(figure: Figure, axes: Sequence[Axis]) -> list[object]:
    """Labels of axes: what has its place whatever the ticks are."""
    return [axis.label for axis in axes if axis.get_label_text()]


def _extent(text: object) -> Bbox | None:
    box: Bbox = text.get_window_extent()  # type: ignore[attr-defined]
    return box if box.width > 0 and box.height > 0 else None


def _thin(axis: Axis, taken: Sequence[Bbox], figure: Bbox) -> list[Bbox]:
    """Leave out ticks of an axis, every second at first, until no label is in the way of another.

    Args:
        taken: where other labels are.

    Returns:
        Where the labels are that stay.
    """
    axis._update_ticks()  # type: ignore[attr-defined]
    low, high = sorted(axis.get_view_interval())
    room = (high - low) * 1e-9
    found: list[tuple[float, str, Bbox]] = []
    ticks = axis.get_major_ticks()
    for place, tick in zip(axis.get_majorticklocs(), ticks, strict=False):
        label = tick.label1 if tick.label1.get_visible() else tick.label2
        if not label.get_visible() or not label.get_text():
            continue
        if low - room <= place <= high + room and (box := _extent(label)) is not None:
            found.append((float(place), label.get_text(), box))
    found.sort(key=lambda one: one[0])
    kept = _spaced(found)
    kept = [one for one in kept if _free(one[2], taken, figure)]
    if len(kept) < len(found):
        axis.set_major_locator(FixedLocator([place for place, _, _ in kept]))
        axis.set_major_formatter(FixedFormatter([text for _, text, _ in kept]))
        axis.set_minor_formatter(NullFormatter())
    return [box for _, _, box in kept]


def _spaced(found: Sequence[tuple[float, str, Bbox]]) -> Sequence[tuple[float, str, Bbox]]:
    for stride in range(1, len(found)):
        kept = found[::stride]
        boxes = [_padded(box) for _, _, box in kept]
        if not any(one.overlaps(other) for one, other in itertools.pairwise(boxes)):
            return kept
    return found[:1]


def _padded(box: Bbox) -> Bbox:
    room = min(box.width, box.height) * _BETWEEN / 2
    # Lines above each other may be as near as those of a text.
    upright = math.ceil(room / 3)
    return Bbox.from_extents(box.x0 - room, box.y0 - upright, box.x1 + room, box.y1 + upright)


def _free(box: Bbox, taken: Sequence[Bbox], figure: Bbox) -> bool:
    inside = figure.x0 <= box.x0 and box.x1 <= figure.x1
    inside = inside and figure.y0 <= box.y0 and box.y1 <= figure.y1
    return inside and not any(box.overlaps(other) for other in taken)
