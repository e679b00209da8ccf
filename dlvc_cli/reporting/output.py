"""What commands print: lines of text, names from outside among them, and JSON."""

from __future__ import annotations

import sys
import warnings
from typing import Any, TextIO

from dlvc_cli.errors import first_line
from dlvc_cli.reporting.outside_text import shown
from dlvc_cli.reporting.streams import folded

__all__ = ["json_for", "note", "notes_for_warnings", "say", "say_error", "say_json", "say_warning"]


def say(*lines: str) -> None:
    """Print lines of text on standard output; names from outside in them don't act."""
    for line in lines:
        print(shown(line))


def say_error(*lines: str) -> None:
    """Print lines of text on standard error."""
    for line in lines:
        print(folded(shown(line), sys.stderr), file=sys.stderr)


def say_warning(text: str) -> None:
    """Print a warning on standard error."""
    say_error(f"warning: {text}")


def note(text: str) -> None:
    """Print a note on standard error: what goes on, or what a library has to say."""
    say_error(f"note: {text}")


def say_json(value: Any, indent: int | None = None) -> None:
    """Print a value as JSON on standard output."""
    print(json_for(sys.stdout, value, indent))


def json_for(stream: TextIO, value: Any, indent: int | None = None) -> str:
    """Return a value as JSON that the encoding of ``stream`` can hold."""
    encoding = (getattr(stream, "encoding", None) or "ascii").lower()
    from dlvc_cli.events import json_text  # takes a moment, and few commands are asked for it

    return json_text(value, indent=indent, ascii_only=not encoding.startswith("utf"))


def notes_for_warnings(audible: bool = True) -> None:
    """Show what libraries warn of (a letter that a font lacks) as a note, each once.

    Args:
        audible: whether this process shows anything.
    """
    said: set[str] = set()

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        text = first_line(message)
        if audible and text not in said:
            said.add(text)
            note(f"{text}.")

    warnings.showwarning = show
