"""Events for programs: one JSON object a line, on standard output."""

from __future__ import annotations

from typing import TextIO

from dlvc_cli.events import Event
from dlvc_cli.reporting.base import View
from dlvc_cli.reporting.output import json_for

__all__ = ["JsonLinesView"]


class JsonLinesView(View):
    """Writes every event, notices included, as it happens."""

    def __init__(self, stdout: TextIO) -> None:
        self._stdout = stdout

    def handle(self, event: Event) -> None:
        self._stdout.write(json_for(self._stdout, event.to_dict()) + "\n")
        self._stdout.flush()
