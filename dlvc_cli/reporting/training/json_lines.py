"""Events for programs: one JSON object a line, on standard output."""

from __future__ import annotations

from typing import TextIO

from dlvc_cli.events import Event
from dlvc_cli.json_text import json_text
from dlvc_cli.reporting.base import View

__all__ = ["JsonLinesView"]


class JsonLinesView(View):
    """Writes every event, notices included, as it happens."""

    def __init__(self, stdout: TextIO) -> None:
        self._stdout = stdout

    def handle(self, event: Event) -> None:
        try:
            self._stdout.write(event.to_json() + "\n")
        except UnicodeEncodeError:
            # A path may hold characters that the stream's encoding lacks.
            self._stdout.write(json_text(event.to_dict(), ensure_ascii=True) + "\n")
        self._stdout.flush()
