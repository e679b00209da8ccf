"""``--tta``: over which variants of an image what a network says of it is averaged."""

from __future__ import annotations

from collections.abc import Sequence

from dlvc_cli.errors import BadOption

__all__ = ["OVER_VARIANTS", "check_tta", "tta_text"]

_KNOWN = ("flip", "shift")

OVER_VARIANTS = "over variants of each image: flip, shift, flip,shift, or none"
"""What ``--tta`` takes, for help texts."""


def check_tta(text: str) -> tuple[str, ...]:
    """Return the words of ``--tta``, ``flip`` before ``shift``; empty for ``none``.

    Raises:
        BadOption: it holds something else.
    """
    words = [] if text in ("", "none") else [word.strip() for word in text.split(",")]
    if not set(words) <= set(_KNOWN) or len(set(words)) < len(words):
        raise BadOption(f"--tta is flip, shift, flip,shift, or none, not {text!r}.")
    return tuple(word for word in _KNOWN if word in words)


def tta_text(words: Sequence[str]) -> str:
    """The same as one text."""
    return ",".join(words) or "none"
