"""What a user may have meant by a name that there isn't."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["did_you_mean", "near", "with_article"]


def near(name: str, names: Iterable[str], most: int = 3) -> list[str]:
    """Return names that are like ``name``, the likest first; one of other case alone, if any."""
    by_lower: dict[str, str] = {}
    for known in sorted(names):
        by_lower.setdefault(known.lower(), known)
    lower = name.lower()
    if lower in by_lower:
        return [by_lower[lower]]
    import difflib  # takes a moment, and mistakes are rare

    close = difflib.get_close_matches(lower, by_lower, most, 0.6)
    return [by_lower[one] for one in close]


def did_you_mean(names: Iterable[str]) -> str:
    """`` Did you mean flip or crop?``, to follow a sentence; nothing where there is nothing."""
    either = " or ".join(dict.fromkeys(names))
    return f" Did you mean {either}?" if either else ""


def with_article(noun: str) -> str:
    """``an image``, ``a name``."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
