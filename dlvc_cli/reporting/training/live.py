"""The live view: a panel that redraws itself in a terminal during a run."""

from __future__ import annotations

from typing import Self

from rich.console import Console

from dlvc_cli.events import Event, FetchingWeights, Notice
from dlvc_cli.reporting.base import View
from dlvc_cli.reporting.live_screen import LiveScreen
from dlvc_cli.reporting.look import notice
from dlvc_cli.reporting.training.panel import TrainingPanel
from dlvc_cli.reporting.training.progress import RunState

__all__ = ["LiveView"]

_REFRESHES_PER_SECOND = 8


class LiveView(View):
    """Shows a run on ``console``; the screen's thread redraws it, events only change its state."""

    def __init__(self, console: Console) -> None:
        self._state = RunState()
        panel = TrainingPanel(self._state)
        self._screen = LiveScreen(
            console,
            lambda: panel,
            version=lambda: self._state.events,
            per_second=_REFRESHES_PER_SECOND,
        )

    def __enter__(self) -> Self:
        self._screen.start()
        return self

    def __exit__(self, *error: object) -> None:
        # A run that never started leaves no half-drawn progress behind.
        self._screen.stop(keep=self._state.started is not None)

    def handle(self, event: Event) -> None:
        if isinstance(event, Notice):
            self._screen.console.print(notice(event))
        elif isinstance(event, FetchingWeights):
            # The terminal is left to the progress bar of whoever fetches them.
            if event.done:
                self._screen.start()
            else:
                self._screen.stop(keep=False)
        else:
            self._state.update(event)
