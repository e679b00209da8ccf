"""Files that Pillow opens and then reads wrongly, without a word: TIFF knows more than it does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PIL import Image

__all__ = ["why_misread"]

_BITS, _COMPRESSION, _PLANES, _SAMPLE_FORMAT = 258, 259, 284, 339  # tags of TIFF
_UNCOMPRESSED, _SEPARATE, _SIGNED, _FLOAT = 1, 2, 2, 3


def why_misread(image: Image.Image) -> str | None:
    """Return why an open image can't be read rightly, as the rest of a sentence; None if it can."""
    tags: Mapping[int, Any] | None = getattr(image, "tag_v2", None)
    if tags is None:
        return None
    bits, formats = (_all(tags.get(tag, 1)) for tag in (_BITS, _SAMPLE_FORMAT))
    compressed = tags.get(_COMPRESSION, _UNCOMPRESSED) != _UNCOMPRESSED
    if _SIGNED in formats:
        return "holds integers with a sign, and no value is agreed to be white; save it without"
    if tags.get(_PLANES) == _SEPARATE and max(bits) > 8 and not compressed:
        return "keeps 16 bits a channel in separate planes; save it with its channels together"
    if _FLOAT in formats and compressed and getattr(tags, "prefix", b"II") == b"MM":
        return "holds compressed floats, the high byte first; save it with the low byte first"
    return None


def _all(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)
