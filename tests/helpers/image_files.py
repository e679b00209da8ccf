"""Image files made byte by byte, of kinds that Pillow reads but does not write."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np


def on_white(rgb: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Colours, (..., 3), of which ``alpha``, 0 to 255, hides what is white behind them."""
    share = alpha[..., None] / 255
    return rgb * share + 255 * (1 - share)


def grey3(levels: np.ndarray) -> np.ndarray:
    """Grey levels, (H, W), as colours."""
    return np.stack([levels] * 3, axis=2)


def png(width: int, depth: int, colour: int, rows: Sequence[bytes], **chunks: bytes) -> bytes:
    """A PNG of raw rows with chunks (``PLTE``, ``tRNS`` ...) before its pixels."""
    header = struct.pack(">IIBBBBB", width, len(rows), depth, colour, 0, 0, 0)
    parts = {"IHDR": header, **chunks}
    parts |= {"IDAT": zlib.compress(b"".join(b"\0" + row for row in rows)), "IEND": b""}
    out = b"\x89PNG\r\n\x1a\n"
    for name, data in parts.items():
        body = name.encode() + data
        out += struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    return out


def tiff(
    width: int,
    rows: Sequence[bytes],
    bits: Sequence[int],
    photometric: int,
    order: str = "<",
    sample_format: int = 1,
    extra: Sequence[int] = (),
    more: dict[int, bytes] | None = None,
) -> bytes:
    """A TIFF of one raw strip.

    Args:
        bits: of each sample.
        photometric: 0 white is zero, 1 black is zero, 2 RGB, 3 palette, 5 CMYK, 8 CIELab.
        order: of bytes, ``<`` or ``>``.
        sample_format: 1 unsigned, 2 signed, 3 floats.
        extra: what the samples beyond the colours are: 0 nothing, 1 and 2 transparency.
        more: further tags, as bytes (type 1).
    """
    data = b"".join(rows)
    count = len(bits)
    tags: dict[int, tuple[str, Sequence[int]]] = {
        256: ("I", [width]),
        257: ("I", [len(rows)]),
        258: ("H", bits),
        259: ("H", [1]),
        262: ("H", [photometric]),
        273: ("I", [8]),
        277: ("H", [count]),
        278: ("I", [len(rows)]),
        279: ("I", [len(data)]),
        339: ("H", [sample_format] * count),
    }
    if extra:
        tags[338] = ("H", extra)
    for tag, value in (more or {}).items():
        tags[tag] = ("B", value)
    kinds = {"B": 1, "H": 3, "I": 4}
    start = 8 + len(data) + len(data) % 2
    later = start + 2 + 12 * len(tags) + 4
    entries, values = b"", b""
    for tag, (kind, numbers) in sorted(tags.items()):
        packed = struct.pack(f"{order}{len(numbers)}{kind}", *numbers)
        if len(packed) > 4:
            place = struct.pack(f"{order}I", later + len(values))
            values += packed + b"\0" * (len(packed) % 2)
        else:
            place = packed.ljust(4, b"\0")
        entries += struct.pack(f"{order}HHI", tag, kinds[kind], len(numbers)) + place
    magic = b"II*\0" if order == "<" else b"MM\0*"
    head = magic + struct.pack(f"{order}I", start) + data + b"\0" * (len(data) % 2)
    return head + struct.pack(f"{order}H", len(tags)) + entries + b"\0" * 4 + values
