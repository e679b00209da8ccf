"""The live view: a panel at the bottom of the terminal that redraws itself during a run."""

from __future__ import annotations

import sys
from typing import Self

from rich.console import Console, ConsoleDimensions, ConsoleRenderable
from rich.control import Control
from rich.live import Live
from rich.segment import ControlType

from dlvc_cli.events import Event, FetchingWeights, Notice
from dlvc_cli.reporting.base import View
from dlvc_cli.reporting.look import notice
from dlvc_cli.reporting.training.panel import TrainingPanel
from dlvc_cli.reporting.training.progress import RunState

__all__ = ["LiveView"]

_REFRESHES_PER_SECOND = 8


class LiveView(View):
    """Shows a run on ``console``; a thread of Rich redraws it, events only change its state."""

    def __init__(self, console: Console) -> None:
        self._state = RunState()
        self._live = _RunLive(self._state, console)

    def __enter__(self) -> Self:
        self._live.start(refresh=True)
        return self

    def __exit__(self, *error: object) -> None:
        # A run that never started leaves no half-drawn progress behind.
        self._live.transient = self._state.started is None
        self._live.stop()

    def handle(self, event: Event) -> None:
        if isinstance(event, Notice):
            self._live.console.print(notice(event))
        elif isinstance(event, FetchingWeights):
            self._make_room(event)
        else:
            self._state.update(event)

    def _make_room(self, event: FetchingWeights) -> None:
        """Leave the terminal to the progress bar of whoever fetches the weights."""
        if event.done:
            self._live.start(refresh=True)
            return
        self._live.transient = True
        self._live.stop()
        self._live.transient = False


class _RunLive(Live):
    """A Live that redraws what has changed, and stays in place when the terminal is resized."""

    def __init__(self, state: RunState, console: Console) -> None:
        self._state = state
        self._panel = TrainingPanel(state)
        self._drawn: tuple[int, ConsoleDimensions] | None = None
        # Output of others is printed above the panel, but what goes to a file stays there.
        ours = console.file is sys.stderr
        super().__init__(
            self._panel,
            console=console,
            refresh_per_second=_REFRESHES_PER_SECOND,
            redirect_stderr=ours,
            redirect_stdout=ours and sys.stdout.isatty(),
            vertical_overflow="crop",
        )

    def refresh(self) -> None:
        """Redraw, unless the terminal shows this already."""
        drawn = (self._state.events, self.console.size)
        if drawn != self._drawn or not self.is_started:
            super().refresh()
            self._drawn = drawn

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        # A terminal that became narrower has wrapped the old lines: they take more rows now.
        columns, rows = self._panel.size
        wrapped = rows * ((columns - 1) // max(self.console.width, 1))
        processed = super().process_renderables(renderables)
        if not wrapped or not self.console.is_interactive:
            return processed
        up = ((ControlType.ERASE_IN_LINE, 2), (ControlType.CURSOR_UP, 1)) * wrapped
        return [Control(*up), *processed]
