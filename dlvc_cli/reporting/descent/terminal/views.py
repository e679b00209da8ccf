"""Which view of a descent suits: it is handed every event, then the walks."""

from __future__ import annotations

import sys
from typing import TextIO

from dlvc_cli.descent.surface import Surface
from dlvc_cli.reporting.descent.terminal.plain import (
    DescentView,
    PlainDescentView,
    QuietDescentView,
)

__all__ = ["open_view"]


def open_view(
    mode: str, surface: Surface, speed: float = 1.0, *, stderr: TextIO | None = None
) -> DescentView:
    """Return a view of walks on ``surface`` that writes to standard error.

    Args:
        mode: ``auto`` (live on a terminal that can move its cursor, plain lines elsewhere),
            ``plain``, ``json`` or ``quiet``.
        speed: of the live view.
    """
    errors = stderr or sys.stderr
    if mode == "auto" and errors.isatty():
        from dlvc_cli.reporting.console import open_console
        from dlvc_cli.reporting.live_screen import has_screen

        console = open_console(stderr=True) if stderr is None else open_console(file=stderr)
        if has_screen(console):
            from dlvc_cli.reporting.descent.terminal.live import LiveDescentView

            return LiveDescentView(console, surface, speed)
    return QuietDescentView(errors) if mode in ("json", "quiet") else PlainDescentView(errors)
