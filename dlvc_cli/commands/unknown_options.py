"""What is said of an option that a command doesn't have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dlvc_cli.contract.suggestions import did_you_mean, near

__all__ = ["unknown_option"]


def unknown_option(word: str, parameters: Iterable[Any]) -> str:
    """Return the sentence, with the options that may be meant: by their names, or by their help.

    Args:
        word: the option as it was written: ``--optimiser``.
        parameters: the command's, as Typer has them.
    """
    texts = {
        name: f"{getattr(parameter, 'help', None) or ''}".lower()
        for parameter in parameters
        for name in parameter.opts
        if name.startswith("-")
    }
    # "--learning-rate" is how --lr is described.
    described = word.strip("-").replace("-", " ").replace("_", " ").lower()
    meant = [name for name, text in texts.items() if text.startswith(described)]
    if len(described) < 4 or not meant:
        meant = near(word, texts, 2)
    return f"There is no option {word}.{did_you_mean(meant)}"
