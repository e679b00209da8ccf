"""Text from outside (file names, class folders, runs, plugins, formulas), as it may be shown.

Whatever shows such text calls one of these: control characters in it never act on a terminal.
"""

from __future__ import annotations

import re

__all__ = ["drawn", "escaped", "shown", "shown_lines"]

# Control characters; what breaks lines or reverses the direction of writing; and what stands for
# bytes that are no text (PEP 383).
_ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def shown(text: str) -> str:
    """Return ``text`` with a visible escape (``\\x1b``) for each character that would act.

    >>> shown("a\\x1b[31mb\\n")
    'a\\\\x1b[31mb\\\\n'
    """
    return _ACTING.sub(lambda match: escaped(match[0]), text)


def shown_lines(text: str) -> str:
    """The same for text of several lines, whose ends are kept."""
    return "\n".join(map(shown, text.split("\n")))


def drawn(text: str) -> str:
    """The same for a figure of matplotlib's, in which ``$`` and a leading ``_`` mean themselves."""
    text = shown(text).replace("$", r"\$")
    return f" {text}" if text.startswith("_") else text


def escaped(character: str) -> str:
    """A visible escape for a character: ``\\x1b``, ``\\u732b``; of half a one, that of its byte."""
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
