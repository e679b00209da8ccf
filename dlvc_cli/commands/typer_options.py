"""Gives a command one option for each option of a configuration, so that each is defined once."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import typer

from dlvc_cli.commands.completion import complete_names
from dlvc_cli.config.options import Option, flag, options_of

__all__ = ["add_options"]

# How a value of several parts is written; others are as they are declared.
_WRITTEN_AS: dict[Any, Any] = {
    tuple[str, ...]: list[str],
    # As one word, which the command parses: 400,500.
    tuple[tuple[float, float], ...]: list[str],
    tuple[float, ...]: str,
}


def add_options(function: Any, config: type) -> None:
    """Let Typer see the options of ``config`` as keywords of ``function(argument, **options)``."""
    signature = inspect.signature(function, eval_str=True)
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    added = [_parameter(option) for option in options_of(config).values()]
    # The argument first, then the configuration's options, as --help should show them.
    rest = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own[1:]]
    function.__signature__ = signature.replace(parameters=[own[0], *added, *rest])


def _parameter(option: Option) -> inspect.Parameter:
    """An option as a parameter that Typer reads."""
    written: Any = _WRITTEN_AS.get(option.type, option.type)
    name = flag(option.name)
    default = "" if option.default in (None, False, "", ()) else f" Default {option.default}."
    information = typer.Option(
        f"{name}/{flag('no_' + option.name)}" if written is bool else name,
        help=option.help + default,
        rich_help_panel=option.panel,
        metavar="|".join(option.choices) or option.metavar,
        autocompletion=complete_names(option.completes) if option.completes else None,
        show_default=False,
    )
    return inspect.Parameter(
        option.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[written | None, information],
    )
