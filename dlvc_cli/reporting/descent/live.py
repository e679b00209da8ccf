"""The live view of a descent: walks under way while they are computed, then drawn step by step."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.text import Text

from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.walks import Descent
from dlvc_cli.events import DescentProgress, DescentStarted, Event, Notice
from dlvc_cli.reporting.descent.frame import Replay, framed
from dlvc_cli.reporting.descent.terrain import Terrain
from dlvc_cli.reporting.descent.views import DescentView
from dlvc_cli.reporting.descent.window import Window, window_around
from dlvc_cli.reporting.look import line

__all__ = ["LiveDescentView"]

_FRAMES_PER_SECOND = 15
_SECONDS = 10.0
_TEXT_COLUMNS = 30
_MOST_ROWS, _MOST_COLUMNS = 40, 132


class LiveDescentView(DescentView):
    """Shows walks on ``console``.

    Args:
        speed: 1 shows any walk in ten seconds, 2 in five; 0 shows only how it ended.
    """

    def __init__(self, console: Console, surface: Surface, speed: float) -> None:
        self._console = console
        self._surface = surface
        self._speed = speed
        self._live = Live(console=console, auto_refresh=False, vertical_overflow="crop")
        self._terrain: Terrain | None = None
        self._drawn = time.monotonic()
        self._trials: tuple[str, ...] = ()
        self._done: list[str] = []

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # An error leaves no half-drawn map behind.
        self._live.transient = kind is not None
        self._live.stop()

    def handle(self, event: Event) -> None:
        match event:
            case Notice():
                warning = event.level == "warning"
                text = f"Warning: {event.text}" if warning else event.text
                self._console.print(Text(text, style="yellow" if warning else ""))
            case DescentStarted():
                self._trials = event.trials
            case DescentProgress() if time.monotonic() - self._drawn > 2 / _FRAMES_PER_SECOND:
                self._show_progress(event)
                self._drawn = time.monotonic()
            case _:
                pass

    def show(self, descent: Descent) -> bool:
        """Draw the walks as they went; Ctrl-C goes to their end."""
        paths = [walk.path for walk in descent if walk.path is not None]
        window = window_around(self._surface, paths)
        if len(paths) < len(descent):
            ends = [tuple(end) for walks in descent.trials for end in walks.ends[:1000].tolist()]
            self._draw(window, [], ends, [line(f"{len(descent):,} walks have ended.", "bold")])
            return False
        try:
            self._replay(descent, window)
        except KeyboardInterrupt:
            self._draw_replay(self._make_replay(descent, window), None)
            return True
        return False

    def _replay(self, descent: Descent, window: Window) -> None:
        """Frame after frame, a step of the walks or many at a time."""
        replay, size = self._make_replay(descent, window), self._console.size
        frames = int(_SECONDS * _FRAMES_PER_SECOND / self._speed) if self._speed else 1
        count = max(min(frames, replay.steps), 1)
        for frame in range(1, count + 1):
            due = time.monotonic() + 1 / _FRAMES_PER_SECOND
            if self._console.size != size:
                replay, size = self._make_replay(descent, window), self._console.size
            self._draw_replay(replay, round(replay.steps * frame / count))
            if frame < count:
                time.sleep(max(due - time.monotonic(), 0))

    def _make_replay(self, descent: Descent, window: Window) -> Replay:
        columns, rows, _ = self._sizes(window)
        terrain = Terrain(self._surface, window, (columns, rows), not self._console.no_color)
        ascii_only = self._console.options.ascii_only
        return Replay(descent, terrain, (self._text_columns(columns), rows), ascii_only)

    def _draw_replay(self, replay: Replay, step: int | None) -> None:
        left, right = replay.at(replay.steps if step is None else step)
        self._update(left, right)

    def _show_progress(self, event: DescentProgress) -> None:
        rows = [
            line(event.trial, "bold"),
            line(f"step {event.step:,}"),
            line(f"{event.running:,} of {event.walks:,} walks under way"),
        ]
        if len(self._trials) > 1 and event.trial in self._trials:
            number = self._trials.index(event.trial) + 1
            rows.insert(1, line(f"trial {number} of {len(self._trials)}", "dim"))
        self._draw(window_around(self._surface, None), [], event.positions, rows)

    def _draw(
        self,
        window: Window,
        tracks: list,
        points: object,
        rows: list[Text],  # type: ignore[type-arg]
    ) -> None:
        columns, height, _ = self._sizes(window)
        size = (columns, 2 * height)
        if self._terrain is None or self._terrain.size != size:
            colour = not self._console.no_color
            self._terrain = Terrain(self._surface, window, (columns, height), colour)
        self._update(self._terrain.draw(tracks, points), Group(*rows))  # type: ignore[arg-type]

    def _update(self, left: RenderableType, right: RenderableType) -> None:
        width = min(self._console.width, _MOST_COLUMNS)
        self._live.update(framed(self._surface.name, left, right, width), refresh=True)

    def _sizes(self, window: Window) -> tuple[int, int, int]:
        """Columns and rows of the map in characters, and columns beside it."""
        width = min(self._console.width, _MOST_COLUMNS) - 6
        rows = max(min(self._console.height - 4, _MOST_ROWS), 4)
        columns = max(min(round(2 * rows * window.width / window.height), width - 20), 8)
        if columns > width - _TEXT_COLUMNS:
            columns = max(width - _TEXT_COLUMNS, 8)
        rows = min(rows, max(round(columns * window.height / window.width / 2), 4))
        return columns, rows, width - columns

    def _text_columns(self, columns: int) -> int:
        return max(min(self._console.width, _MOST_COLUMNS) - 6 - columns, 10)
