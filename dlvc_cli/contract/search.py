"""How names are searched for: ``dlvc list --search``, and a family's own search."""

from __future__ import annotations

import fnmatch

__all__ = ["matches_pattern"]


def matches_pattern(name: str, pattern: str) -> bool:
    """Whether ``pattern`` is part of ``name`` or, where it has a ``*``, ``?`` or ``[``, all of it.

    Upper and lower case are the same.
    """
    name, pattern = name.lower(), pattern.lower()
    if any(character in pattern for character in "*?["):
        return fnmatch.fnmatchcase(name, pattern)
    return pattern in name
