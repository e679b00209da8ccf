"""The consoles that tables and live views write to."""

from __future__ import annotations

import os
from collections.abc import Iterable
from shutil import get_terminal_size
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from dlvc_cli.reporting.outside_text import shown, shown_lines

__all__ = ["open_console", "page_console", "plain_text", "print_sentences", "results_console"]


def open_console(**options: Any) -> Console:
    """Return a console that shows every text as it is: no markup, no emoji names, no control
    characters, no colours that it finds fitting.

    Args:
        options: of ``rich.console.Console``.
    """
    if os.environ.get("TERM") in ("dumb", "unknown") and not {"width", "_environ"} & options.keys():
        # Of such a terminal Rich believes that it has 80 columns.
        options["width"], options["height"] = get_terminal_size()
    # Rich's table of emoji takes 10 ms to import, too.
    return _PlainConsole(markup=False, emoji=False, highlight=False, **options)


def results_console(**options: Any) -> Console:
    """Return one on standard output, wide enough for whole lines where that is no terminal."""
    console = open_console(**options)
    return console if console.is_terminal else open_console(width=200, **options)


def page_console() -> Console:
    """Return one on standard output for running text: where that is no terminal, as wide as
    ``$COLUMNS`` says."""
    columns = os.environ.get("COLUMNS", "")
    asked = int(columns) if columns.isdecimal() and int(columns) else 0
    console = results_console()
    return open_console(width=asked) if asked and not console.is_terminal else console


def plain_text(text: object, style: str = "") -> Text:
    """Text from outside, for a cell of a table."""
    return Text(shown(str(text)), style)


def print_sentences(console: Console, sentences: Iterable[str]) -> None:
    """Print sentences, a line each: whole lines where something else reads them."""
    for sentence in sentences:
        console.print(plain_text(sentence), soft_wrap=not console.is_terminal)


class _PlainConsole(Console):
    """The last door: whatever is drawn passes it, a stranger's renderable as well."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable() or segment.text == "\n":
                yield segment
            else:
                yield Segment(shown_lines(segment.text), segment.style)
