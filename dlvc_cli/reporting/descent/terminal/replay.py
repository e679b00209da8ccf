"""A descent whose paths are known, at any of its steps: what its frame has in it."""

from __future__ import annotations

import numpy as np
from rich.console import Group, RenderableType
from rich.style import Style
from rich.text import Text

from dlvc_cli.descent.surface import Array
from dlvc_cli.descent.walks import Descent, Walk
from dlvc_cli.reporting.descent.captions import WHY
from dlvc_cli.reporting.descent.terminal.frame import Layout
from dlvc_cli.reporting.descent.terminal.terrain import Drawn, Terrain
from dlvc_cli.reporting.descent.terminal.value_chart import ValueChart, WalkValues
from dlvc_cli.reporting.formats import shorten
from dlvc_cli.reporting.formats import value as shown_value
from dlvc_cli.reporting.look import line

__all__ = ["Replay"]

# Points of a value curve: more than any terminal has columns of dots.
_CURVE = 400


class Replay:
    """A descent whose paths are known, at any of its steps."""

    def __init__(self, descent: Descent, terrain: Terrain, layout: Layout) -> None:
        self._descent = descent
        self._terrain = terrain
        self._letters = terrain.letters
        self._size = layout.text
        self._walks = [walk for walk in descent if walk.has_path]
        self._trials = [k for k, walks in enumerate(descent.trials) for _ in range(len(walks))]
        self._tracks = [terrain.track(walk.path, walk.path_steps) for walk in self._walks]
        self.steps = max(walk.steps for walk in self._walks)
        self._values = [self._values_of(k) for k in range(len(self._walks))]
        self._chart: ValueChart | None = None

    def _values_of(self, number: int) -> WalkValues:
        walk = self._walks[number]
        path, steps = walk.path, walk.path_steps
        some = np.unique(np.searchsorted(steps, np.linspace(0, walk.steps, _CURVE).round()))
        values = self._descent.field.value(path[some])
        several = len(self._walks) > 1
        style, chip = self._styles(number)
        return WalkValues(
            steps[some].tolist(),
            values.tolist(),
            style,
            self._letters.way(number),
            self._letters.head(number) if several else "",
            chip,
        )

    def _styles(self, number: int) -> tuple[Style, Style]:
        """Of a walk's curve, and of the letter that is its mark."""
        palette = self._terrain.palette
        if palette is None:
            return Style(), Style(bold=True)
        colour = palette.trial(self._trials[number])
        return palette.style(colour), palette.on(colour)

    def at(self, step: int) -> tuple[RenderableType, RenderableType]:
        """Return the map and the text after ``step`` steps."""
        drawn = [
            Drawn(track, trial, step)
            for track, trial in zip(self._tracks, self._trials, strict=True)
        ]
        rows = self._one(step) if len(self._walks) == 1 else self._several(step)
        if self._size[1] > len(rows):
            rows.append(self._letters.key(self._terrain.has_minima))
        if not self._terrain.window.whole and self._size[1] > len(rows) + 1:
            rows += self._close_up()
        rows += self._curves(step, self._size[1] - len(rows))
        return self._terrain.draw(drawn), Group(*rows[: self._size[1]])

    def _close_up(self) -> list[Text]:
        window = self._terrain.window
        right, bottom = window.left + window.width, window.top + window.height
        return [
            line(f"close-up: columns {window.left:.0f} to {right:.0f},", "dim"),
            line(f"          rows {window.top:.0f} to {bottom:.0f}", "dim"),
        ]

    def _one(self, step: int) -> list[Text]:
        """Step, position, value and gradient norm of a single walk."""
        walk = self._walks[0]
        step, place = _reached(walk, step)
        norm = float(np.linalg.norm(self._descent.field.gradient(place)))
        facts = {
            "step": f"{step:,} of {walk.steps:,}",
            "position": f"{place[0, 0]:.2f}, {place[0, 1]:.2f}",
            "value": shown_value(self._descent.field.value(place)[0]),
            "gradient": f"{norm:.2e}",
        }
        rows = [
            line(walk.trial.label, "bold"),
            *(line().append(f"{name:<9} ", "dim").append(text) for name, text in facts.items()),
        ]
        rows.append(line(WHY[walk.reason] if step == walk.steps else "", "green"))
        return rows

    def _several(self, step: int) -> list[Text]:
        """A row a walk: its letter, value, step and trial."""
        rows = []
        room = max(self._size[1] // 2, 2)
        shown = self._walks[:room] if len(self._walks) <= room else self._walks[: room - 1]
        for number, walk in enumerate(shown):
            now, place = _reached(walk, step)
            value = self._descent.field.value(place)[0]
            row = line().append(f" {self._letters.head(number)} ", self._styles(number)[1])
            row.append(f" {shown_value(value):>7} {now:>7,} ")
            label = shorten(walk.trial.label, max(self._size[0] - row.cell_len, 4), "..")
            rows.append(row.append(label, "dim" if now < walk.steps else "bold"))
        if len(shown) < len(self._walks):
            rows.append(line(f"and {len(self._walks) - len(shown)} more walks", "dim"))
        return rows

    def _curves(self, step: int, height: int) -> list[Text]:
        """The values up to ``step``, where there is room for them."""
        if height < 4:
            return []
        size = self._size[0], height
        if self._chart is None or self._chart.size != size:
            palette = self._terrain.palette
            # White and black curves are seen on the map's colours alone.
            several = palette is not None and len(self._descent.trials) > 1
            ground = palette.style(None, palette.ground) if palette and several else ""
            self._chart = ValueChart(
                self._values,
                self.steps,
                size,
                ground=ground,
                ascii_only=self._letters.ascii_only,
            )
        return self._chart.at(step)


def _reached(walk: Walk, step: int) -> tuple[int, Array]:
    """The last position that is known by a step, (1, 2), and its own step."""
    path, steps = walk.path, walk.path_steps
    index = int(np.searchsorted(steps, step, side="right")) - 1
    return int(steps[index]), path[[index]]
