"""A file of decoded images: written whole or not at all, and read where it lies.

A line of JSON says what is in it; a checksum (CRC-32) of every image follows, and from the next
page on the images, uint8 (3, H, W) each.
"""

from __future__ import annotations

import errno
import mmap
import os
import threading
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.errors import DlvcError
from dlvc_cli.events import json_text
from dlvc_cli.files import open_regular, parse_json
from dlvc_cli.runs.schema import COUNT, POSITIVE, TEXT, list_of, problem_with

__all__ = ["Damaged", "PixelFile", "PixelWriter", "checksum", "size_of_file"]

_PAGE = 4096
# All of a file is checked when it is opened, up to so many bytes; beyond, each image when it is
# first read.
_CHECKED_AT_ONCE = 256 << 20
# So many of a larger one are checked when it is opened.
_PROBES = 256
# Bytes that are read before their pages are given back.
_HELD = 64 << 20
_HEADER = {"format": TEXT, "shape": list_of(POSITIVE, 4), "bad": list_of(COUNT), "checksum": COUNT}
_FORMAT = "dlvc images 1"


class Damaged(ValueError):
    """A file that doesn't hold what was written."""


def size_of_file(count: int, size: tuple[int, int]) -> int:
    """Bytes of a file of so many images of (height, width), about."""
    return count * (3 * size[0] * size[1] + 4) + 2 * _PAGE


class PixelWriter:
    """Writes images to an open file, in any order and from several threads.

    Args:
        file: empty and open for writing; room for all is taken at once.
        shape: (N, 3, H, W).

    Raises:
        OSError: there is no room.
    """

    def __init__(self, file: IO[bytes], shape: tuple[int, int, int, int]) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._shape = shape
        self._sums = np.zeros(shape[0], np.uint32)
        self._row = shape[1] * shape[2] * shape[3]
        # Where the images begin must be known before it is known which cannot be read.
        self._start = _start_of(shape[0])
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, self._start + shape[0] * self._row)

    def put(self, row: int, pixels: NDArray[np.uint8]) -> None:
        """Write an image (3, H, W) as a row."""
        data = np.ascontiguousarray(pixels).data.cast("B")
        self._write(data, self._start + row * self._row)
        self._sums[row] = zlib.crc32(data)

    def close(self, bad: Collection[int]) -> None:
        """Write what comes before the images.

        Args:
            bad: rows whose images cannot be read.
        """
        sums = self._sums.astype("<u4").tobytes()
        header: dict[str, Any] = {"format": _FORMAT, "shape": list(self._shape), "bad": sorted(bad)}
        header["checksum"] = checksum(header, sums)
        line = json_text(header, ascii_only=True).encode() + b"\n"
        if len(line) > self._start - len(sums):
            raise OSError(errno.EFBIG, "too many images cannot be read")
        self._write(line, 0)
        self._write(sums, self._start - len(sums))
        # Where room could not be taken, and the last image cannot be read.
        self._file.truncate(self._start + self._shape[0] * self._row)

    def _write(self, data: bytes | memoryview, offset: int) -> None:
        with self._lock:
            self._file.seek(offset)
            self._file.write(data)


def _start_of(count: int) -> int:
    """Where images begin: behind a page and two words an image, at the beginning of a page."""
    return -(-(_PAGE + 12 * count) // _PAGE) * _PAGE


def checksum(header: Mapping[str, Any], sums: bytes = b"") -> int:
    """A CRC-32 of ``sums`` and of all values but ``checksum`` itself."""
    said = {key: value for key, value in header.items() if key != "checksum"}
    return zlib.crc32(sums, zlib.crc32(json_text(said, ascii_only=True).encode()))


class PixelFile:
    """A file of images, mapped into memory.

    Attributes:
        images: uint8 (N, 3, H, W), where the file lies; not to be written to.
        bad: rows whose images cannot be read.

    Raises:
        OSError: it can't be read.
        Damaged: it holds something else than was written; of large files only a part is looked at.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with open_regular(path) as file:
            header, sums, start = _read_header(file)
            shape = tuple(header["shape"])
            length = os.fstat(file.fileno()).st_size
            if length != start + int(np.prod(shape, dtype=np.int64)):
                raise Damaged("it is shorter or longer than it says")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._sums = sums
        self.images: NDArray[np.uint8] = np.frombuffer(self._map, np.uint8, offset=start).reshape(
            shape
        )
        self.bad = frozenset(header["bad"])
        self._unchecked = np.ones(shape[0], bool)
        self._unchecked[list(self.bad)] = False
        self._read = 0
        few = len(self.images) if self.images.nbytes <= _CHECKED_AT_ONCE else _PROBES
        places = np.unique(np.linspace(0, len(self.images) - 1, few).astype(np.int64))
        if (row := self._first_wrong(places)) is not None:
            raise Damaged(f"its image {row} is not what was written")
        self._all_checked = not self._unchecked.any()

    def check(self, rows: NDArray[np.int64]) -> None:
        """Hold images that are read for the first time against their checksums.

        Raises:
            DlvcError: one has changed on the disk. The file is removed.
        """
        if self._all_checked:
            return
        row = self._first_wrong(rows)
        if row is not None:
            self.path.unlink(missing_ok=True)
            raise DlvcError(
                f"{self.path} is damaged (image {row}) and has been removed. Run the same command "
                "again, or go on with --resume: the images are decoded anew."
            )
        self._all_checked = not self._unchecked.any()

    def _first_wrong(self, rows: NDArray[np.int64]) -> int | None:
        for row in rows[self._unchecked[rows]].tolist():
            if zlib.crc32(self.images[row].data) != self._sums[row]:
                return int(row)
            self._unchecked[row] = False
        return None

    def give_back(self, size: int) -> None:
        """Count bytes that have been read; once they are many, their pages are given back.

        They stay in the system's cache as long as nobody else needs the memory, but no longer
        belong to this process.
        """
        self._read += size
        if self._read >= _HELD and hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)
            self._read = 0


def _read_header(file: IO[bytes]) -> tuple[dict[str, Any], NDArray[np.uint32], int]:
    line = file.readline(1 << 24)
    try:
        header = parse_json(line)
    except ValueError as error:
        raise Damaged(str(error)) from None
    if problem := problem_with(header, _HEADER):
        raise Damaged(problem)
    if header["format"] != _FORMAT:
        raise Damaged("it is of another version")
    count = header["shape"][0]
    start = _start_of(count)
    file.seek(start - 4 * count)
    sums = file.read(4 * count)
    if len(sums) < 4 * count or checksum(header, sums) != header["checksum"]:
        raise Damaged("its header does not agree with its checksum")
    if any(row >= count for row in header["bad"]):
        raise Damaged("its header names rows that it does not have")
    return header, np.frombuffer(sums, "<u4"), start
