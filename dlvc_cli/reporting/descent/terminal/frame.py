"""One frame of the live view: the map, and beside it what there is to read."""

from __future__ import annotations

import numpy as np
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from dlvc_cli.descent.kept_path import Steps
from dlvc_cli.descent.surface import Array
from dlvc_cli.descent.walks import Descent, Walk
from dlvc_cli.reporting.descent.captions import WHY
from dlvc_cli.reporting.descent.colours import trial_colour
from dlvc_cli.reporting.descent.terminal.terrain import Terrain
from dlvc_cli.reporting.descent.terminal.value_chart import ValueChart, WalkValues
from dlvc_cli.reporting.look import line

__all__ = ["Replay", "framed"]

# Points of a value curve: more than any terminal has columns of dots.
_CURVE = 400


def framed(title: str, left: RenderableType, right: RenderableType, width: int) -> Panel:
    """Return the panel around map and text."""
    grid = Table.grid(padding=(0, 2))
    grid.add_row(left, right)
    return Panel(grid, title=Text(title, "bold"), title_align="left", width=width, padding=(0, 1))


class Replay:
    """A descent whose paths are known, at any of its steps.

    Args:
        size: (columns, rows) for the text beside the map.
    """

    def __init__(
        self, descent: Descent, terrain: Terrain, size: tuple[int, int], ascii_only: bool
    ) -> None:
        self._descent = descent
        self._terrain = terrain
        self._size = size
        self._ascii = ascii_only
        self._walks = [walk for walk in descent if walk.path is not None]
        self._colours = [k for k, walks in enumerate(descent.trials) for _ in range(len(walks))]
        self._tracks = [terrain.track(*_path(walk)) for walk in self._walks]
        self.steps = max(walk.steps for walk in self._walks)
        pairs = zip(self._walks, self._colours, strict=True)
        self._values = [self._values_of(walk, trial_colour(colour)) for walk, colour in pairs]
        self._chart: ValueChart | None = None

    def _values_of(self, walk: Walk, colour: str) -> WalkValues:
        path, steps = _path(walk)
        some = np.unique(np.searchsorted(steps, np.linspace(0, walk.steps, _CURVE).round()))
        values = self._descent.field.value(path[some])
        return WalkValues(steps[some].tolist(), values.tolist(), colour)

    def at(self, step: int) -> tuple[RenderableType, RenderableType]:
        """Return the map and the text after ``step`` steps."""
        drawn = [
            (track, colour, step) for track, colour in zip(self._tracks, self._colours, strict=True)
        ]
        rows: list[Text] = []
        if not self._terrain.window.whole:
            window = self._terrain.window
            right, bottom = window.left + window.width, window.top + window.height
            rows.append(line(f"close-up: columns {window.left:.0f} to {right:.0f},", "dim"))
            rows.append(line(f"          rows {window.top:.0f} to {bottom:.0f}", "dim"))
        rows += self._one(step) if len(self._walks) == 1 else self._several(step)
        rows += self._curves(step, self._size[1] - len(rows))
        return self._terrain.draw(drawn), Group(*rows)

    def _one(self, step: int) -> list[Text]:
        """Step, position, value and gradient norm of a single walk."""
        walk = self._walks[0]
        step, place = _reached(walk, step)
        norm = float(np.linalg.norm(self._descent.field.gradient(place)))
        facts = {
            "step": f"{step:,} of {walk.steps:,}",
            "position": f"{place[0, 0]:.2f}, {place[0, 1]:.2f}",
            "value": f"{self._descent.field.value(place)[0]:.6f}",
            "gradient": f"{norm:.2e}",
        }
        rows = [
            line(walk.trial.label, "bold"),
            *(line().append(f"{name:<9} ", "dim").append(text) for name, text in facts.items()),
        ]
        rows.append(line(WHY[walk.reason] if step == walk.steps else "", "green"))
        return rows

    def _several(self, step: int) -> list[Text]:
        """A row a walk: its colour, step and value."""
        rows = []
        room = self._size[1] // 2
        shown = self._walks[:room] if len(self._walks) <= room else self._walks[: room - 1]
        for walk, colour in zip(shown, self._colours, strict=False):
            now, place = _reached(walk, step)
            value = self._descent.field.value(place)[0]
            row = line()
            row.append("o " if self._ascii else "● ", trial_colour(colour))
            row.append(f"{value:.5f} {now:>7,} ")
            row.append(walk.trial.label, "dim" if now < walk.steps else "bold")
            rows.append(row)
        if len(shown) < len(self._walks):
            rows.append(line(f"and {len(self._walks) - len(shown)} more walks", "dim"))
        return rows

    def _curves(self, step: int, height: int) -> list[Text]:
        """The values up to ``step``, where there is room for them."""
        if height < 4 or self._ascii:
            return []
        size = self._size[0], height
        if self._chart is None or self._chart.size != size:
            self._chart = ValueChart(self._values, self.steps, size)
        return self._chart.at(step)


def _path(walk: Walk) -> tuple[Array, Steps]:
    assert walk.path is not None and walk.path_steps is not None
    return walk.path, walk.path_steps


def _reached(walk: Walk, step: int) -> tuple[int, Array]:
    """The last position that is known by a step, (1, 2), and its own step."""
    path, steps = _path(walk)
    index = int(np.searchsorted(steps, step, side="right")) - 1
    return int(steps[index]), path[[index]]
