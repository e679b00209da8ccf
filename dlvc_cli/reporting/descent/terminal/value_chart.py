"""The values of walks against the step, as a chart that grows while they go on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from dlvc_cli.reporting.look import line
from dlvc_cli.reporting.scales import log_values
from dlvc_cli.reporting.terminal_chart import Curve, Plot

__all__ = ["ValueChart", "WalkValues"]

# What stays free above and below all curves, as a share of their range.
_ROOM = 0.05


@dataclass(frozen=True)
class WalkValues:
    """Some steps of a walk, in their order, the values there, and the walk's colour."""

    steps: Sequence[int]
    values: Sequence[float]
    colour: str


class ValueChart:
    """A chart of braille dots between two rows that say what it shows.

    Args:
        steps: those of the longest walk.
        size: (columns, rows) that the chart takes, both of these rows included.
    """

    def __init__(self, walks: Sequence[WalkValues], steps: int, size: tuple[int, int]) -> None:
        self._walks = walks
        self._steps = steps
        self.size = size
        self._low = min(min(walk.values) for walk in walks)
        self._high = max(max(walk.values) for walk in walks)
        self._log = log_values(self._low, self._high)
        self._clear()

    def _clear(self) -> None:
        low, high = self._low, self._high
        if self._log:
            factor = (high / low) ** _ROOM
            edges = low / factor, high * factor
        else:
            room = _ROOM * (high - low or 1.0)
            edges = low - room, high + room
        size = self.size[0], self.size[1] - 2
        self._plot = Plot(size, (0, max(self._steps, 1)), edges, log=self._log)
        self._drawn = [0] * len(self._walks)

    def at(self, step: int) -> list[Text]:
        """Return the chart's rows when ``step`` steps are done: only what is new is drawn."""
        counts = [bisect_right(walk.steps, step) for walk in self._walks]
        if any(count < drawn for count, drawn in zip(counts, self._drawn, strict=True)):
            self._clear()
        for number, (walk, count) in enumerate(zip(self._walks, counts, strict=True)):
            # A curve goes on from the last point that is drawn.
            fresh = slice(max(self._drawn[number] - 1, 0), count)
            points = list(zip(walk.steps[fresh], walk.values[fresh], strict=True))
            if len(points) > 1:
                self._plot.draw(Curve(points, walk.colour, "o"), layer=number)
        self._drawn = counts
        values = f"value from {self._high:.3g} to {self._low:.3g}{', log' if self._log else ''}"
        return [
            line(values, "dim"),
            *self._plot.rows(),
            line(f"over {self._steps:,} steps", "dim"),
        ]
