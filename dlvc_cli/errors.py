"""The errors that dlvc raises on purpose, as a tree.

    DlvcError               failed: one or two sentences that say what to do (exit code 1)
    ├── UsageError          the request itself is wrong; nothing has been done yet (exit code 2)
    │   ├── UnknownName     no plugin object has this name
    │   ├── AmbiguousName   several third-party plugins offer this name
    │   └── BadOption       an option or a plugin object's parameter has a wrong value
    ├── SpecError           a plugin handed over something that breaks the contract
    ├── PluginError         a plugin failed to load, or its object failed in use
    ├── DataError           images or data sets that cannot be read
    ├── RunError            a run directory that is missing, damaged, or in use
    └── Interrupted         stopped before there was anything to save (exit code 130)

Engines raise these; ``__main__`` turns them into a sentence and an exit code in one place.
"""

from __future__ import annotations

__all__ = [
    "AmbiguousName",
    "BadOption",
    "DataError",
    "DlvcError",
    "Interrupted",
    "PluginError",
    "RunError",
    "SpecError",
    "UnknownName",
    "UsageError",
    "cause_of",
]


class DlvcError(Exception):
    """Base of all errors that a user is meant to read."""

    exit_code = 1


class UsageError(DlvcError):
    """The request is wrong; raised before any work is done."""

    exit_code = 2


class UnknownName(UsageError):
    """No plugin object of this kind has this name."""


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


class RunError(DlvcError):
    """A run directory is missing, damaged, or in use by another process."""


class Interrupted(DlvcError):
    """Stopped by Ctrl-C before there was anything to save."""

    exit_code = 130


def cause_of(error: BaseException) -> str:
    """An exception as one line: its type and the first line of its message."""
    first = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
