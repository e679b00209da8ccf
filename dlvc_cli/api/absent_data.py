"""Data that isn't there, refused at once, with the place that may be meant."""

from __future__ import annotations

from pathlib import Path

from dlvc_cli.contract.params import path as path_type
from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.errors import DataError, UsageError
from dlvc_cli.registry.offers import Choice, guarded
from dlvc_cli.registry.registry import registry

__all__ = ["refuse_absent"]


def refuse_absent(data: Choice, text: str) -> None:
    """Refuse data that isn't there, where that can be told at once.

    Args:
        text: the option string that chose it.

    Raises:
        UsageError: it can't be built; says why, and which place may be meant.
    """
    family = registry().family_of("datasets", text)
    if family is None:
        places = [Path(data.values[p.name] or ".") for p in data.spec.params if p.type is path_type]
        known = True
    else:
        rest = text.partition(":")[2]
        places = [Path(rest)] if family.spec.metavar == "PATH" else []
        known = family.spec.knows is None or guarded(family, family.spec.knows, rest)
    absent = [place for place in places if not place.expanduser().exists()]
    if known and not absent:
        return
    try:
        data.build()
    except DataError as error:
        meant = [text.replace(str(place), near_it) for place in absent for near_it in _near(place)]
        raise UsageError(f"{error}{did_you_mean(meant)}") from error


def _near(place: Path) -> list[str]:
    """A place that exists and whose path differs in one name, which is like the one given."""
    first = place.expanduser()
    while not first.parent.exists():
        first = first.parent
    try:
        beside = [entry.name for entry in first.parent.iterdir() if not entry.name.startswith(".")]
    except OSError:
        return []
    rest = place.expanduser().relative_to(first)
    there = [first.with_name(name) / rest for name in near(first.name, beside) if first.name]
    return [str(path) for path in there if path.exists()][:1]
