"""The live view in a Jupyter notebook: one output that is replaced as the run goes on."""

from __future__ import annotations

import time
from typing import Any

from IPython.display import display
from rich.console import Group
from rich.text import Text

from dlvc_cli.events import Event, Notice, StepDone
from dlvc_cli.reporting.base import View
from dlvc_cli.reporting.look import notice
from dlvc_cli.reporting.terminal_svg import terminal_image
from dlvc_cli.reporting.training.panel import TrainingPanel
from dlvc_cli.reporting.training.progress import RunState

__all__ = ["NotebookView"]

_COLUMNS, _ROWS = 100, 26
_SECONDS_BETWEEN_STEPS = 1.0


class NotebookView(View):
    """Shows a run below the cell; notices stay above the panel."""

    def __init__(self) -> None:
        self._state = RunState()
        self._panel = TrainingPanel(self._state)
        self._notices: list[Text] = []
        self._output: Any = None
        self._shown = 0.0

    def __exit__(self, *error: object) -> None:
        self._show()

    def handle(self, event: Event) -> None:
        if isinstance(event, Notice):
            self._notices = [*self._notices, notice(event)]
        self._state.update(event)
        if isinstance(event, StepDone) and time.monotonic() - self._shown < _SECONDS_BETWEEN_STEPS:
            return
        self._show()

    def _show(self) -> None:
        svg, text = terminal_image(
            Group(*self._notices, self._panel), columns=_COLUMNS, rows=_ROWS, title="dlvc"
        )
        bundle = {"image/svg+xml": svg, "text/plain": text}
        if self._output is None:
            self._output = display(bundle, raw=True, display_id=True)
        else:
            self._output.update(bundle, raw=True)
        self._shown = time.monotonic()
