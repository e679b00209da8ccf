"""What every view is, the silent one, and the quiet one, which those that write are made from."""

from __future__ import annotations

import io
from contextlib import ExitStack, redirect_stderr
from typing import Protocol, Self, TextIO

from dlvc_cli.events import Event, FetchingWeights, Notice
from dlvc_cli.reporting.outside_text import shown
from dlvc_cli.reporting.streams import encodable, folded

__all__ = ["QuietView", "SilentView", "View"]


class View(Protocol):
    """Shows events. ``with open_view("auto") as view: view.handle(event)``, or ``view(event)``."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def handle(self, event: Event) -> None:
        """Take one event; returns at once."""

    def __call__(self, event: Event) -> None:
        self.handle(event)


class SilentView(View):
    """Shows nothing."""

    def handle(self, event: Event) -> None:
        return None


class QuietView(View):
    """Writes warnings, nothing else."""

    def __init__(self, stderr: TextIO) -> None:
        self._stderr = stderr
        self._fetching = ExitStack()

    def handle(self, event: Event) -> None:
        if isinstance(event, Notice) and event.level == "warning":
            self._write(f"Warning: {event.text}")
        elif isinstance(event, FetchingWeights):
            # Whoever fetches them shows progress there.
            self._fetching.close()
            if not event.done:
                self._fetching.enter_context(redirect_stderr(io.StringIO()))

    def _write(self, line: str) -> None:
        text = folded(encodable(shown(line), self._stderr), self._stderr)
        self._stderr.write(f"{text}\n")
        self._stderr.flush()
