"""The figures of a run, drawn at its end; of one that was killed, by the next command."""

from __future__ import annotations

import os
from collections.abc import Callable

from dlvc_cli.errors import cause_of
from dlvc_cli.runs.directory import RunDir

__all__ = ["draw_figures", "draw_missing_figures"]


def draw_missing_figures(run: RunDir, say: Callable[[str], None]) -> None:
    """Draw ``loss.png`` and ``accuracy.png`` where they lack epochs that a run has finished.

    Args:
        say: is told why they could not be drawn.
    """
    if _behind(run) and not run.in_use() and os.access(run.path, os.W_OK):
        draw_figures(run, say)


def draw_figures(run: RunDir, say: Callable[[str], None]) -> None:
    """Draw ``loss.png`` and ``accuracy.png`` of a run that has finished an epoch.

    A failure is only said: it must not hide what became of the training.
    """
    metrics = run.metrics()
    if not metrics:
        return
    from dlvc_cli.reporting.training.plots import plot_run

    try:
        plot_run(metrics, run.path, run.name)
    except Exception as error:
        say(f"The curves of {run.name} could not be drawn: {cause_of(error)}")


def _behind(run: RunDir) -> bool:
    """Whether a figure is missing, or older than the last epoch's line."""
    try:
        written = run.metrics_file.stat().st_mtime
    except OSError:
        return False
    for name in ("loss.png", "accuracy.png"):
        try:
            drawn = (run.path / name).stat().st_mtime
        except OSError:
            return True
        if drawn < written:
            return True
    return False
