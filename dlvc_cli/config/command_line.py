"""The command line that makes a run of a configuration again."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping
from typing import Any

from dlvc_cli.config.options import flag
from dlvc_cli.config.train import TrainConfig

__all__ = ["command_of", "option_words"]


def command_of(config: TrainConfig, usual: Mapping[str, Any]) -> str:
    """Write out what is set, but for what is ``usual`` (by field name)."""
    words = ["dlvc", "train", config.model]
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        # None means that an option was left out; so it is left out here.
        if field.name == "model" or value is None:
            continue
        if field.name not in usual or value != usual[field.name]:
            words += option_words(field.name, value)
    return shlex.join(words)


def option_words(name: str, value: Any) -> list[str]:
    """An option as it is written on the command line; one of several values once for each."""
    if isinstance(value, bool):
        return [flag(name) if value else flag("no_" + name)]
    if isinstance(value, tuple):
        return [word for item in value for word in (flag(name), str(item))]
    return [flag(name), str(value)]
