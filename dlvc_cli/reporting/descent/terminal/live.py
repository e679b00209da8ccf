"""The live view of a descent: walks under way while they are computed, then drawn step by step."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.text import Text

from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.walks import Descent
from dlvc_cli.events import DescentProgress, DescentStarted, Event, Notice
from dlvc_cli.reporting.descent.terminal.frame import TEXT_COLUMNS, Layout, framed
from dlvc_cli.reporting.descent.terminal.letters import Letters
from dlvc_cli.reporting.descent.terminal.palette import palette_of
from dlvc_cli.reporting.descent.terminal.plain import DescentView
from dlvc_cli.reporting.descent.terminal.replay import Replay
from dlvc_cli.reporting.descent.terminal.terrain import Terrain
from dlvc_cli.reporting.descent.window import Window, window_around
from dlvc_cli.reporting.live_screen import LiveScreen
from dlvc_cli.reporting.look import line, notice

__all__ = ["LiveDescentView"]

_FRAMES_PER_SECOND = 15
_SECONDS = 10.0


class LiveDescentView(DescentView):
    """Shows walks on ``console``.

    Args:
        speed: 1 shows any walk in ten seconds, 2 in five; 0 shows only how it ended.
    """

    needs_paths = True

    def __init__(self, console: Console, surface: Surface, speed: float) -> None:
        self._console = console
        self._surface = surface
        self._speed = speed
        self._page: RenderableType = Text()
        self._screen = LiveScreen(console, lambda: self._page)
        self._layout = Layout.of(console.size, window_around(surface, None))
        self._terrain: Terrain | None = None
        self._drawn = time.monotonic()
        self._trials: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        self._screen.start()
        return self

    def __exit__(self, *error: object) -> None:
        # An error leaves no half-drawn map behind.
        self._screen.stop(keep=error[0] is None)

    def handle(self, event: Event) -> None:
        match event:
            case Notice():
                self._console.print(notice(event))
            case DescentStarted():
                self._trials = event.trials
            case DescentProgress() if time.monotonic() - self._drawn > 2 / _FRAMES_PER_SECOND:
                self._show_progress(event)
                self._drawn = time.monotonic()
            case _:
                pass

    def show(self, descent: Descent) -> bool:
        """Draw the walks as they went; Ctrl-C goes to their end."""
        paths = [walk.path for walk in descent if walk.has_path]
        window = window_around(self._surface, paths)
        if len(paths) < len(descent):
            ends = [tuple(end) for walks in descent.trials for end in walks.ends[:1000].tolist()]
            self._draw(window, ends, [line(f"{len(descent):,} walks have ended.", "bold")])
            return False
        try:
            self._replay(descent, window)
        except KeyboardInterrupt:
            replay = self._make_replay(descent, window)
            self._update(*replay.at(replay.steps))
            return True
        return False

    def _replay(self, descent: Descent, window: Window) -> None:
        """Frame after frame, a step of the walks or many at a time."""
        replay, size = self._make_replay(descent, window), self._console.size
        frames = _SECONDS * _FRAMES_PER_SECOND / self._speed if self._speed else 1
        count = max(int(min(frames, replay.steps)), 1)
        for frame in range(1, count + 1):
            due = time.monotonic() + 1 / _FRAMES_PER_SECOND
            if self._console.size != size:
                replay, size = self._make_replay(descent, window), self._console.size
            self._update(*replay.at(round(replay.steps * frame / count)))
            if frame < count:
                time.sleep(max(due - time.monotonic(), 0))

    def _make_replay(self, descent: Descent, window: Window) -> Replay:
        self._layout = Layout.of(self._console.size, window)
        walks = sum(walk.has_path for walk in descent)
        return Replay(descent, self._make_terrain(window, walks), self._layout)

    def _show_progress(self, event: DescentProgress) -> None:
        rows = [
            line(event.trial, "bold"),
            line(f"step {event.step:,}"),
            line(f"{event.running:,} of {event.walks:,} walks under way"),
            self._bar(1 - event.running / event.walks),
        ]
        if len(self._trials) > 1 and event.trial in self._trials:
            number = self._trials.index(event.trial) + 1
            rows.insert(1, line(f"trial {number} of {len(self._trials)}", "dim"))
        self._draw(window_around(self._surface, None), event.positions, rows)

    def _bar(self, share: float) -> Text:
        """How many walks have ended."""
        full, empty = ("#", ".") if self._console.options.ascii_only else ("━", "─")
        done = round(share * TEXT_COLUMNS)
        return line().append(full * done, "green").append(empty * (TEXT_COLUMNS - done), "dim")

    def _draw(
        self, window: Window, points: Iterable[Sequence[float]], rows: Sequence[Text]
    ) -> None:
        """Draw dots on the map, and rows beside it."""
        self._layout = Layout.of(self._console.size, window)
        if self._terrain is None or self._terrain.size != self._layout.map:
            self._terrain = self._make_terrain(window, 1)
        self._update(self._terrain.draw(points=points), Group(*rows))

    def _make_terrain(self, window: Window, walks: int) -> Terrain:
        letters = Letters.of(self._console.options.ascii_only, walks)
        size = self._layout.map
        return Terrain(self._surface, window, size, palette_of(self._console), letters)

    def _update(self, left: RenderableType, right: RenderableType) -> None:
        name, size = self._surface.name, self._console.size
        self._page = framed(name, left, right, size, self._layout)
        self._screen.refresh()
