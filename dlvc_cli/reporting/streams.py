"""Standard output and standard error that never fail: output is not what a command works for.

What can't be written, since a reader has gone, a terminal is closed or a disk is full, is dropped,
and the command goes on; what an encoding lacks is escaped.
"""

from __future__ import annotations

import codecs
import io
import os
import select
import sys
from typing import Any, TextIO

from dlvc_cli.reporting.outside_text import escaped

__all__ = ["encodable", "folded", "lost_output", "open_output", "results_are_kept"]

_ESCAPING = "dlvc_escape"
_kept: list[bool] = []
# Letters of our own texts and of Rich's, where the encoding lacks them.
_ASCII = {
    "…": "...", "–": "-", "—": "-", "×": "x", "·": "-", "→": "->", "≥": ">=", "≤": "<=",
    "★": "*", "“": '"', "”": '"', "‘": "'", "’": "'", "•": "*", "│": "|", "─": "-",
}  # fmt: skip


def open_output() -> None:
    """Let ``sys.stdout`` and ``sys.stderr`` take everything, whatever becomes of it.

    Descriptors that are closed are opened on the null device: a file would get their number, and
    what is written to standard error would land in it.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDONLY if descriptor == 0 else os.O_WRONLY)
    if sys.stdout is sys.__stdout__:
        sys.stdout = _tolerant(1, sys.stdout)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _tolerant(2, sys.stderr)


def lost_output() -> OSError | None:
    """Why results are lost that should have gone to standard output; None if they aren't.

    A pipe whose reader has gone (``dlvc list | head``) is nothing to complain of.
    """
    sys.stdout.flush()
    lost: OSError | None = getattr(sys.stdout, "lost", None)
    return None if _kept or isinstance(lost, BrokenPipeError) else lost


def results_are_kept() -> None:
    """Say that what is printed is in files too: nothing is lost where it can't be written."""
    _kept.append(True)


def encodable(text: str, stream: TextIO) -> str:
    """Return ``text`` with what the encoding of ``stream`` lacks escaped."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, _ESCAPING).decode(encoding)


def folded(text: str, stream: TextIO) -> str:
    """Return a line for ``stream``, with line ends at spaces where its terminal would break words.

    What is set apart by two spaces, as in a table, is kept together.
    """
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (AttributeError, OSError, ValueError):
        return text
    if not 0 < columns < len(text):
        return text
    space = "  " if "  " in text.strip() else " "
    first, *others = text.split(space)
    lines = [first]
    for part in others:
        if len(lines[-1]) + len(space) + len(part) > columns:
            lines.append(part)
        else:
            lines[-1] += space + part
    return "\n".join(lines)


class _Descriptor(io.RawIOBase):
    """A file descriptor that takes everything; what it can't write is dropped."""

    def __init__(self, descriptor: int) -> None:
        self._file = io.FileIO(descriptor, "w", closefd=False)
        self.lost: OSError | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def isatty(self) -> bool:
        return self._file.isatty()

    def write(self, data: Any) -> int:
        while self.lost is None:
            try:
                written = self._file.write(data)
                if written is not None:
                    return written
                # A pipe that doesn't block, and is full.
                select.select([], [self._file], [])
            except OSError as error:
                self.lost = error
        return len(data)


class _Stream(io.TextIOWrapper):
    """A text stream on such a descriptor."""

    def __init__(self, raw: _Descriptor, encoding: str, line_buffering: bool) -> None:
        super().__init__(io.BufferedWriter(raw), encoding, _ESCAPING, line_buffering=line_buffering)
        self._raw = raw

    @property
    def lost(self) -> OSError | None:
        """Why nothing more has been written from some point on."""
        return self._raw.lost


def _tolerant(descriptor: int, before: TextIO | None) -> TextIO:
    encoding = getattr(before, "encoding", None) or "utf-8"
    if os.name == "nt" and isinstance(before, io.TextIOWrapper):
        # A Windows console is no byte stream.
        before.reconfigure(errors=_ESCAPING)
        return before
    raw = _Descriptor(descriptor)
    lines = descriptor == 2 or raw.isatty()
    return _Stream(raw, encoding, lines)


def _escape(error: UnicodeError) -> tuple[str | bytes, int]:
    """An error handler (:func:`codecs.register_error`) that finds an encodable form."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    part = error.object[error.start : error.end]
    return "".join(_ASCII.get(letter) or escaped(letter) for letter in part), error.end


codecs.register_error(_ESCAPING, _escape)
