"""The page's scripts as one: modules of JavaScript, each after those that it imports."""

from __future__ import annotations

from collections.abc import Sequence

from dlvc_cli.reporting.page_parts.bundle import bundled, text_of

__all__ = ["asset", "page_script"]

_PACKAGE = "dlvc_cli.reporting.descent.page"


def asset(name: str) -> str:
    """The text of a file that belongs to the page."""
    return text_of(name, _PACKAGE)


def page_script(rules: Sequence[str]) -> str:
    """One script that opens the page.

    Args:
        rules: what ``rule_script`` has made. They call functions of ``python_operators.js``.
    """
    seen = set[str]()
    parts = [
        part for name in ("python_operators", "main") for part in bundled(name, seen, _PACKAGE)
    ]
    return "\n".join([*parts, "start([", ",\n".join(rules), "]);"])
