"""The options by which runs differ, from the commands that make them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["differing_options", "differing_words"]

# Options that don't tell runs apart: the epochs have a column of their own.
_IGNORED = {"epochs", "device", "threads", "tracker"}
# Where runs differ in more options than these, what was asked for says more than all of them.
_MOST_OPTIONS = 4


def differing_words(commands: Sequence[str], apart: frozenset[str] = frozenset()) -> list[str]:
    """Return of each command what not all of them have: its model, and its options.

    Args:
        commands: ``dlvc train cnn --aug flip --pretrained``.
        apart: options that are told elsewhere, too.
    """
    groups = [_words(command, _IGNORED | apart) for command in commands]
    shared = set(groups[0]).intersection(*groups) if len(groups) > 1 else set()
    return [" ".join(word for word in group if word not in shared) for group in groups]


def differing_options(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return what distinguishes runs, a cell each: a column an option, or one for all if many.

    Args:
        rows: with each run's ``config``, and its command as ``summary``.
    """
    configs = [row["config"] for row in rows]
    differing = _differing(configs)
    if len(differing) <= _MOST_OPTIONS:
        return {name: [_cell(config[name]) for config in configs] for name in differing}
    return {"options": differing_words([row["summary"] for row in rows])}


def _differing(configs: Sequence[Mapping[str, Any]]) -> list[str]:
    shared = [name for name in configs[0] if all(name in config for config in configs)]
    return [
        name
        for name in shared
        if name not in _IGNORED and any(config[name] != configs[0][name] for config in configs[1:])
    ]


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _words(command: str, ignored: set[str] | frozenset[str]) -> list[str]:
    """Split a command into the model and each option."""
    model, *options = re.split(r" (?=--)", command.removeprefix("dlvc train "))
    words = [word for word in options if word.split()[0][2:] not in ignored]
    return words if "model" in ignored else [model, *words]
