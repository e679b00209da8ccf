"""A report as one HTML file: sections, and the data of its curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlvc_cli.reporting.page_parts.bundle import bundled, text_of
from dlvc_cli.reporting.page_parts.framed_page import write_framed
from dlvc_cli.reporting.page_parts.markup import Markup, Part, tag
from dlvc_cli.reporting.scales import WIDE_RATIO

__all__ = ["Report", "command_line", "section", "write_report"]

_PACKAGE = "dlvc_cli.reporting.pages"


@dataclass(frozen=True)
class Report:
    """A page.

    Attributes:
        title: from outside, perhaps: it is escaped.
        about: a line below it.
        sections: as :func:`section` makes them.
        figures: what the page's scripts draw, as ``curve_data`` makes it.
    """

    title: str
    about: str
    sections: Sequence[Markup]
    figures: Sequence[dict[str, Any]]


def section(heading: str, *parts: Part, full: bool = False) -> Markup:
    """A part of the page under a heading; ``full`` as wide as the page."""
    return tag("section", tag("h2", heading), *parts, class_="full" if full else None)


def command_line(command: str) -> Markup:
    """A command, and a button that copies it."""
    button = tag("button", "Copy", type="button", class_="copy")
    return tag("p", tag("code", command), button, class_="command")


def write_report(report: Report, target: Path) -> None:
    """Write the page, whole or not at all.

    Raises:
        RunError: the file cannot be written.
    """
    header = tag("header", tag("h1", report.title), tag("p", report.about))
    write_framed(
        target,
        title=report.title,
        style=text_of("report.css", _PACKAGE),
        body=header + tag("main", report.sections),
        script="\n".join([*bundled("opening", set(), _PACKAGE), "openReport();"]),
        data={"figures": list(report.figures), "axes": {"wideRatio": WIDE_RATIO}},
    )
