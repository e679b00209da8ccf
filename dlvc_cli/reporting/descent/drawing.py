"""Figures, animations and pages of a descent: what a file's name asks for."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from dlvc_cli.descent.walks import Descent
from dlvc_cli.files import replace_file
from dlvc_cli.reporting.targets import DRAWN, check_target

if TYPE_CHECKING:
    from dlvc_cli.reporting.descent.figures.canvas import Canvas

__all__ = ["draw", "png"]


def draw(descent: Descent, target: Path) -> None:
    """Write a figure (png, svg, pdf), an animation (gif) or an interactive page (html).

    Raises:
        BadOption: another suffix, no such folder, or nothing that this kind of file could show.
        RunError: the file cannot be written; one that is there stays as it is.
    """
    suffix = target.suffix.lower()
    check_target(target, DRAWN)
    if suffix == ".html":
        from dlvc_cli.reporting.descent.page.write import write_page

        write_page(descent, target)
    elif suffix == ".gif":
        from dlvc_cli.reporting.descent.figures.animation import animate

        animate(descent, target)
    else:
        figure = _figure(descent)
        with replace_file(target) as handle:
            figure.write(handle, suffix[1:])


def png(descent: Descent) -> bytes:
    """Return the descent's figure as a PNG."""
    buffer = io.BytesIO()
    _figure(descent).write(buffer, "png")
    return buffer.getvalue()


def _figure(descent: Descent) -> Canvas:
    """Draw what suits the descent."""
    if descent.basins is not None:
        from dlvc_cli.reporting.descent.figures.basin_figure import draw_basins

        return draw_basins(descent)
    if any(walks.paths is None for walks in descent.trials):
        from dlvc_cli.reporting.descent.figures.starts_figure import draw_starts

        return draw_starts(descent)
    if any(walks.trial.varied for walks in descent.trials):
        from dlvc_cli.reporting.descent.figures.sweep_figure import draw_sweep

        return draw_sweep(descent)
    from dlvc_cli.reporting.descent.figures.walk_figure import draw_walks

    return draw_walks(descent)
