"""What is said of words that a command doesn't take: Typer's errors in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from dlvc_cli.contract.suggestions import did_you_mean, near

__all__ = ["unknown_option", "usage_sentence"]

_KINDS = {"int": "a whole number", "float": "a number", "bool": "yes or no"}
_BOUNDS = {">=": "at least", ">": "above", "<=": "at most", "<": "below"}


def usage_sentence(error: Any) -> str:
    """Return what is wrong, from one of Typer's usage errors (whose classes are private to it)."""
    command = getattr(getattr(error, "ctx", None), "command", None)
    message: str = error.format_message()
    name = type(error).__name__
    if name == "NoSuchOption" and command is not None:
        return unknown_option(error.option_name, command.params)
    if name == "BadOptionUsage" and "requires an argument" in message:
        return f"{error.option_name} needs a value."
    if name == "MissingParameter" and error.param is not None:
        return f"{_called(error.param)} is missing."
    if name == "BadParameter" and error.param is not None:
        return _bad_value(_called(error.param), error.message) or message
    if extra := re.fullmatch(r"Got unexpected extra arguments?\(?s?\)? \((.*)\)\.?", message):
        return f"There is a word too many: {extra[1]}. {_together(command)}"
    if gone := re.fullmatch(r"No such command '(.*?)'\.?(.*)", message):
        others = list(getattr(command, "commands", {}))
        return f"There is no command called {gone[1]!r}.{did_you_mean(near(gone[1], others, 1))}"
    return message if message.endswith(".") else f"{message}."


def _together(command: Any) -> str:
    """How what belongs together is written where a command takes it."""
    if any(parameter.name == "surface" for parameter in getattr(command, "params", ())):
        return (
            'Put a formula in quotes, as in "x + y", and options before it; one that begins with '
            'a minus stands last: --max-steps 4 -- "-x".'
        )
    return "What belongs together is written with commas and without spaces, as in flip,crop."


def _called(parameter: Any) -> str:
    """``--epochs``, or ``NAME`` of an argument."""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name).upper()


def _bad_value(called: str, message: str) -> str | None:
    if wrong := re.fullmatch(r"(.*) is not a valid (int|float|bool)\w*( range)?\.?", message):
        return f"{called} takes {_KINDS[wrong[2]]}, not {wrong[1]}."
    if out := re.fullmatch(r"(\S+) is not in the range x([<>]=?)(\S+?)\.?", message):
        return f"{called} must be {_BOUNDS[out[2]]} {out[3]}, not {out[1]}."
    return None


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
