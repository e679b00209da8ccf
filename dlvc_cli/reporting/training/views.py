"""Which view of a training suits: a context manager that is handed every event of a run."""

from __future__ import annotations

import sys
from typing import TextIO

from dlvc_cli.errors import BadOption
from dlvc_cli.reporting.base import QuietView, View

__all__ = ["open_view"]

_MODES = ("auto", "live", "plain", "json", "quiet")


def open_view(
    mode: str = "auto", *, stdout: TextIO | None = None, stderr: TextIO | None = None
) -> View:
    """Return a view that writes to ``stdout`` (JSON lines) or ``stderr`` (all others).

    ``auto`` is the live view where standard error is a terminal that can move its cursor, the
    notebook view in Jupyter, and plain lines elsewhere.

    Args:
        mode: ``auto``, ``live``, ``plain``, ``json`` or ``quiet``.

    Raises:
        BadOption: it is none of these.
    """
    if mode not in _MODES:
        raise BadOption(f"There is no view called {mode!r}. Use {', '.join(_MODES)}.")
    errors = stderr or sys.stderr
    if mode == "json":
        from dlvc_cli.reporting.training.json_lines import JsonLinesView

        return JsonLinesView(stdout or sys.stdout)
    if mode == "quiet":
        return QuietView(errors)
    if mode == "auto" and stderr is None and _in_notebook():
        from dlvc_cli.reporting.training.notebook import NotebookView

        return NotebookView()
    if mode == "live" or (mode == "auto" and errors.isatty()):
        from dlvc_cli.reporting.console import open_console
        from dlvc_cli.reporting.live_screen import has_screen
        from dlvc_cli.reporting.training.live import LiveView

        console = open_console(stderr=True) if stderr is None else open_console(file=stderr)
        if mode == "live" or has_screen(console):
            return LiveView(console)
    from dlvc_cli.reporting.training.plain import PlainView

    return PlainView(errors)


def _in_notebook() -> bool:
    if "IPython" not in sys.modules:
        return False
    from rich.console import Console

    return Console().is_jupyter
