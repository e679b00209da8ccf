"""The errors that dlvc raises on purpose, as a tree.

    DlvcError               failed: one or two sentences that say what to do (exit code 1)
    ├── UsageError          the request itself is wrong; nothing has been done yet (exit code 2)
    │   ├── UnknownName     no plugin object has this name
    │   │   └── NotInstalled   a package that isn't installed offers one
    │   ├── AmbiguousName   several third-party plugins offer this name
    │   └── BadOption       an option or a plugin object's parameter has a wrong value
    ├── SpecError           a plugin handed over something that breaks the contract
    ├── PluginError         a plugin failed to load, or its object failed in use
    ├── DataError           images or data sets that cannot be read
    ├── WeightsUnavailable  pretrained weights that can't be had on this machine
    ├── Diverged            training has left the finite numbers
    ├── RunError            a run directory that is missing, damaged, or in use
    ├── LostProcess         of several processes of a run, one has ended before the others
    └── Interrupted         stopped at once by Ctrl-C (exit code 130)

Engines raise these; ``__main__`` turns them into a sentence and an exit code in one place.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable

__all__ = [
    "AmbiguousName",
    "BadOption",
    "DataError",
    "Diverged",
    "DlvcError",
    "Interrupted",
    "LostProcess",
    "NotInstalled",
    "PluginError",
    "RunError",
    "SpecError",
    "UnknownName",
    "UsageError",
    "WeightsUnavailable",
    "cause_of",
    "first_line",
    "out_of_memory",
    "some_of",
]

# How torch, CUDA's libraries, safetensors and C++ say it; NumPy and Python have MemoryError.
_OUT_OF_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "not enough memory",
    "unable to allocate",
    "alloc_failed",
    "bad_alloc",
    "bad allocation",
)


class DlvcError(Exception):
    """Base of all errors that a user is meant to read.

    Args:
        lines: what it says, mostly one. A name in it may hold a line break, which is no new line.
    """

    exit_code = 1

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(map(str, self.args))

    def __str__(self) -> str:
        return "\n".join(self.lines)


class UsageError(DlvcError):
    """The request is wrong; raised before any work is done."""

    exit_code = 2


class UnknownName(UsageError):
    """No plugin object of this kind has this name."""


class NotInstalled(UnknownName):
    """A package offers a plugin object of this name, but isn't installed; the sentence says how."""


class AmbiguousName(UsageError):
    """Several third-party plugins offer this bare name."""


class BadOption(UsageError):
    """An option, or a parameter of a plugin object, has a wrong value."""


class SpecError(DlvcError):
    """A plugin handed over something that breaks the contract."""


class PluginError(DlvcError):
    """A plugin failed to load, or one of its objects failed in use."""


class DataError(DlvcError):
    """Images or a data set cannot be read."""


class WeightsUnavailable(DlvcError):
    """Pretrained weights can't be had here; the sentence says which file to put where."""


class Diverged(DlvcError):
    """Training has left the finite numbers: the steps are too large."""


class RunError(DlvcError):
    """A run directory is missing, damaged, or in use by another process."""


class LostProcess(DlvcError):
    """Of several processes of a run, one has ended before the others; they can't go on without.

    Args:
        code: the exit code that it ended with, where it is known.
        told: whether another of the processes that are left tells the user.
    """

    def __init__(self, *lines: str, code: int = 1, told: bool = False) -> None:
        super().__init__(*lines)
        self.exit_code = code
        self.told = told


class Interrupted(DlvcError):
    """Stopped at once by Ctrl-C; says what was saved before."""

    exit_code = 130


def some_of(names: Iterable[str], most: int = 3) -> str:
    """Some names for a message: ``a, b, c ...``, each once."""
    different = list(dict.fromkeys(names))
    return ", ".join(different[:most]) + (" ..." if len(different) > most else "")


def first_line(text: object) -> str:
    """The first line of a library's message, without the full stop."""
    return (str(text).splitlines() or [""])[0].strip().rstrip(".")


def cause_of(error: BaseException) -> str:
    """An exception as one line: its type and the first line of its message."""
    first = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def out_of_memory(error: BaseException) -> bool:
    """Whether memory has run out, in this process or on a device: nobody's fault, and no plugin's.

    The error may also be one that was raised from such a one (``raise ... from error``).
    """
    cause: BaseException | None = error
    for _ in range(20):
        if cause is None:
            break
        if isinstance(cause, MemoryError):
            return True
        if isinstance(cause, OSError) and cause.errno == errno.ENOMEM:
            return True
        text = str(cause).lower()
        # A message of dlvc's own may quote anything; a library that can't be loaded may say that
        # its thread-local memory is full.
        own = isinstance(cause, DlvcError | ImportError)
        if not own and any(words in text for words in _OUT_OF_MEMORY):
            return True
        cause = cause.__cause__
    return False
