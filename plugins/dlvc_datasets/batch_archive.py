"""Reads files out of a tar archive as a stream, in bounded memory whatever the archive holds.

An archive of a few kilobytes may unpack to gigabytes: in a file, in the headers that give files
long names, or as a file with holes. So only plain files with plain headers are read, and no more
than so many bytes are unpacked.
"""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from dlvc_cli import open_regular

__all__ = ["read_members"]

_BLOCK = tarfile.BLOCKSIZE
_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 20
_WITHOUT_DATA = (
    tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE,
    tarfile.FIFOTYPE,
)  # fmt: skip


def read_members(
    archive: Path, names: Collection[str], largest: int, most: int
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each file that bears one of ``names``, in whatever folder.

    Args:
        archive: a ``.tar`` or a ``.tar.gz``.
        largest: of such a file, in bytes.
        most: bytes that may be unpacked in all.

    Raises:
        OSError, EOFError, ValueError, zlib.error, tarfile.TarError: it can't be read, is damaged,
            or larger than that.
    """
    with open_regular(archive) as file:
        packed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        stream: IO[bytes] = gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[assignment]
        while (block := stream.read(_BLOCK)).strip(b"\0"):
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
            name = PurePosixPath(header.name).name
            size = 0 if header.type in _WITHOUT_DATA else header.size
            most -= _BLOCK + size
            wanted = header.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and name in names
            if size < 0 or most < 0 or (wanted and size > largest):
                raise ValueError(f"{name[:60]} in it is too large")
            padding = -size % _BLOCK
            if wanted:
                yield name, _read(stream, size)
            else:
                padding += size
            for start in range(0, padding, _CHUNK):
                _read(stream, min(_CHUNK, padding - start))


def _read(stream: IO[bytes], count: int) -> bytes:
    found = stream.read(count)
    if len(found) < count:
        raise EOFError("it ends too early")
    return found
