"""HEIC and HEIF files, as telephones take them: read by pillow-heif, where it is installed.

It is imported when the first such file is met. AVIF files, which are built alike, Pillow reads.
"""

from __future__ import annotations

from typing import BinaryIO

__all__ = ["FORMAT", "INSTALL", "can_read_heif", "is_heif"]

FORMAT = "HEIF"
"""What Pillow calls the format, once pillow-heif is there."""

INSTALL = "pip install pillow-heif"
"""How to get what reads it; the extra ``heif`` of this package is the same."""

# Of a file's brands, which stand in its first box: ISO/IEC 23008-12, annex B.
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_EITHER = frozenset({b"mif1", b"msf1"})
_AVIF = frozenset({b"avif", b"avis"})
_MOST_BYTES = 4096


def is_heif(file: BinaryIO) -> bool:
    """Whether an open file, at its beginning, is one; it is left at its beginning."""
    head = file.read(_MOST_BYTES)
    file.seek(0)
    if head[4:8] != b"ftyp":
        return False
    box = head[: int.from_bytes(head[:4], "big")]
    brands = {box[place : place + 4] for place in (8, *range(16, len(box), 4))}
    return bool(brands & _HEIF) or bool(brands & _EITHER and not brands & _AVIF)


def can_read_heif() -> bool:
    """Let Pillow know of the format; False where pillow-heif is not installed."""
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True
