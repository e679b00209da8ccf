"""A page as one file that asks nothing of the network."""

from __future__ import annotations

import html
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from dlvc_cli.events import json_text
from dlvc_cli.files import replace_file
from dlvc_cli.reporting.outside_text import shown
from dlvc_cli.reporting.page_parts.bundle import text_of

__all__ = ["write_framed"]


def write_framed(
    target: Path, *, title: str, style: str, body: str, script: str, data: Mapping[str, Any]
) -> None:
    """Write a page, whole or not at all.

    Args:
        title: from outside, perhaps: it is escaped.
        style: beside the colours, which all pages have.
        body: markup.
        script: a module's text.
        data: what the script finds as JSON in the element ``data``.

    Raises:
        RunError: the file cannot be written; one that is there stays as it is.
    """
    page = Template(text_of("frame.html")).substitute(
        title=html.escape(shown(title)),
        style=text_of("colours.css") + style,
        body=body,
        script=script,
        data=_data_text(data),
    )
    with replace_file(target) as handle:
        handle.write(page.encode())


def _data_text(data: Mapping[str, Any]) -> str:
    """JSON that may stand in a script element: nothing in it ends the element."""
    return json_text(data, separators=(",", ":")).replace("<", "\\u003c")
