"""The options by which runs differ, from the commands that make them."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["IGNORED", "differing_words"]

IGNORED = {"epochs", "device", "threads", "tracker"}
"""Options that don't tell runs apart: the epochs have a column of their own."""


def differing_words(commands: Sequence[str], apart: frozenset[str] = frozenset()) -> list[str]:
    """Return of each command what not all of them have: its model, and its options.

    Args:
        commands: ``dlvc train cnn --aug flip --pretrained``.
        apart: options that are told elsewhere, too.
    """
    groups = [_words(command, IGNORED | apart) for command in commands]
    shared = set(groups[0]).intersection(*groups) if len(groups) > 1 else set()
    return [" ".join(word for word in group if word not in shared) for group in groups]


def _words(command: str, ignored: set[str] | frozenset[str]) -> list[str]:
    """Split a command into the model and each option."""
    model, *options = re.split(r" (?=--)", command.removeprefix("dlvc train "))
    words = [word for word in options if word.split()[0][2:] not in ignored]
    return words if "model" in ignored else [model, *words]
