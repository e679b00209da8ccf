"""What a terminal would show, as SVG: for notebooks and for documentation."""

from __future__ import annotations

import io
import re

from rich.console import Console, RenderableType

__all__ = ["terminal_image"]

_PIXELS_PER_COLUMN = 8.5


def terminal_image(
    renderable: RenderableType, *, columns: int, rows: int, title: str
) -> tuple[str, str]:
    """Return ``renderable`` as an SVG and as plain text.

    Args:
        columns, rows: size of the terminal; the drawing is as high as what is shown.
        title: of the window that is drawn around it.

    Every run of letters has its place and length in the SVG, so that charts of braille dots keep
    their shape in any font. No font is fetched from elsewhere.
    """
    console = Console(
        file=io.StringIO(),
        record=True,
        width=columns,
        height=rows,
        force_terminal=True,
        force_jupyter=False,
        color_system="truecolor",
        legacy_windows=False,
        no_color=False,
    )
    console.print(renderable)
    svg = console.export_svg(title=title, clear=False)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    width = round(columns * _PIXELS_PER_COLUMN)
    return svg.replace("<svg ", f'<svg width="{width}" ', 1), console.export_text()
