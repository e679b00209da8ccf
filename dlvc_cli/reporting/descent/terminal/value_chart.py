"""The values of walks against the step, as a chart that grows while they go on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text

from dlvc_cli.reporting.look import line
from dlvc_cli.reporting.scales import log_values, value_limits
from dlvc_cli.reporting.terminal_chart import Curve, Mark, Plot

__all__ = ["ValueChart", "WalkValues"]

# What stays free above and below all curves, as a share of their range.
_ROOM = 0.05


@dataclass(frozen=True)
class WalkValues:
    """Some steps of a walk, in their order, and the values there.

    Attributes:
        style: of its curve.
        way: what stands for a point of the curve in ASCII.
        head: a letter at the curve's end, and its style; none where it is empty.
    """

    steps: Sequence[int]
    values: Sequence[float]
    style: str | Style
    way: str = "o"
    head: str = ""
    head_style: str | Style = ""


class ValueChart:
    """A chart between two rows that say what it shows.

    Args:
        steps: those of the longest walk.
        size: (columns, rows) that the chart takes, both of these rows included.
        ground: the style of what is behind the curves.
        ascii_only: draw with letters.
    """

    def __init__(
        self,
        walks: Sequence[WalkValues],
        steps: int,
        size: tuple[int, int],
        *,
        ground: str | Style = "",
        ascii_only: bool = False,
    ) -> None:
        self._walks = walks
        self._ground = ground
        self._ascii = ascii_only
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
            edges = value_limits(low, high, _ROOM)
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
                curve = Curve(points, walk.style, walk.way)
                self._plot.draw(curve, layer=number, ascii_only=self._ascii)
        self._drawn = counts
        heads = [
            Mark((walk.steps[count - 1], walk.values[count - 1]), walk.head, walk.head_style)
            for walk, count in zip(self._walks, counts, strict=True)
            if walk.head and count
        ]
        rows = self._plot.rows(heads)
        for row in rows:
            row.style = self._ground
        values = f"value from {self._high:.3g} to {self._low:.3g}{', log' if self._log else ''}"
        return [
            line(values, "dim"),
            *rows,
            line(f"over {self._steps:,} steps", "dim"),
        ]
