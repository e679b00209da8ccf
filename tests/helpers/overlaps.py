"""Looks for text in a figure that lies on other text, on axes that aren't its own, or outside."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

__all__ = ["faults"]

# Pixels by which boxes may reach into each other: letters don't fill theirs.
_TOUCH = 1.0


@dataclass(frozen=True)
class _Label:
    text: str
    box: Bbox
    axes: Axes | None


def faults(figure: Figure) -> list[str]:
    """What is wrong with the text of a figure, a sentence each."""
    figure.draw_without_rendering()
    labels = list(_labels(figure))
    found = [
        f"{label.text!r} leaves the figure"
        for label in labels
        if not _within(label.box, Bbox.from_bounds(*figure.bbox.bounds))
    ]
    found += [
        f"{one.text!r} lies on {other.text!r}"
        for one, other in itertools.combinations(labels, 2)
        if one.box.overlaps(other.box)
    ]
    boxes = [_inner(axes.get_window_extent()) for axes in figure.axes if axes.axison]
    found += [
        f"{label.text!r} lies on axes"
        for label in labels
        if label.axes is None and any(label.box.overlaps(box) for box in boxes)
    ]
    return found


def _labels(figure: Figure) -> Iterator[_Label]:
    """All text that is drawn, one a label; ``axes`` where it belongs on some."""
    for text in figure.texts:
        yield from _label(text)
    for legend in figure.legends:
        for text in legend.get_texts():
            yield from _label(text)
    pending: list[Any] = list(figure.axes)
    while pending:
        axes = pending.pop()
        pending += axes.child_axes
        for text in axes.texts:
            yield from _label(text, axes)
        if not axes.axison:
            continue
        yield from _label(axes.title)
        for axis in (axes.xaxis, axes.yaxis):
            yield from _label(axis.label)
            yield from _label(axis.offsetText)
            for tick in axis._update_ticks():
                for text in (tick.label1, tick.label2):
                    yield from _label(text)


def _label(text: Text, axes: Axes | None = None) -> Iterator[_Label]:
    if text.get_visible() and text.get_text().strip():
        yield _Label(text.get_text(), _inner(text.get_window_extent()), axes)


def _inner(box: Bbox) -> Bbox:
    return Bbox.from_extents(box.x0 + _TOUCH, box.y0 + _TOUCH, box.x1 - _TOUCH, box.y1 - _TOUCH)


def _within(box: Bbox, outer: Bbox) -> bool:
    low = outer.x0 <= box.x0 and outer.y0 <= box.y0
    return low and box.x1 <= outer.x1 and box.y1 <= outer.y1
