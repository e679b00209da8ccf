"""Modules of JavaScript as one script, each after those that it imports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

__all__ = ["bundled", "text_of"]

_IMPORT = re.compile(r'^import \{[^}]*\} from "[./\w]*/(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=async |class |const |function )", re.MULTILINE)
_SHARED = "dlvc_cli.reporting.page_parts"


def text_of(name: str, package: str = _SHARED) -> str:
    """The text of a file that belongs to a package's pages, or to all pages.

    Raises:
        FileNotFoundError: there is none in either.
    """
    for place in (package, _SHARED):
        file = files(place) / "assets" / name
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise FileNotFoundError(name)


def bundled(name: str, seen: set[str], package: str = _SHARED) -> Iterator[str]:
    """Yield a module after what it imports, without import and export.

    Args:
        name: of the module, without suffix.
        seen: names of those that are there already; they aren't yielded again.
        package: whose ``assets`` it belongs to.
    """
    if name in seen:
        return
    seen.add(name)
    text = text_of(f"{name}.js", package)
    for imported in _IMPORT.findall(text):
        yield from bundled(imported, seen, package)
    yield _EXPORT.sub("", _IMPORT.sub("", text))
