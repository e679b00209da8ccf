"""The page's scripts as one: modules of JavaScript, each after those that it imports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.resources import files

__all__ = ["asset", "page_script"]

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=async |class |const |function )", re.MULTILINE)


def asset(name: str) -> str:
    """The text of a file that belongs to the page."""
    folder = files("dlvc_cli.reporting.descent.page") / "assets"
    return (folder / name).read_text(encoding="utf-8")


def page_script(rules: Sequence[str]) -> str:
    """One script that opens the page.

    Args:
        rules: what ``rule_script`` has made. They call functions of ``python_operators.js``.
    """
    seen = set[str]()
    parts = [*_with_imports("python_operators", seen), *_with_imports("main", seen)]
    return "\n".join([*parts, "start([", ",\n".join(rules), "]);"])


def _with_imports(name: str, seen: set[str]) -> Iterator[str]:
    """A module after what it imports, without import and export."""
    if name in seen:
        return
    seen.add(name)
    text = asset(f"{name}.js")
    for imported in _IMPORT.findall(text):
        yield from _with_imports(imported, seen)
    yield _EXPORT.sub("", _IMPORT.sub("", text))
