"""Gives a command one option for each option of a configuration, so that each is defined once."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Annotated, Any

import typer

from dlvc_cli.commands.completion import complete_names
from dlvc_cli.config.options import Option, declared_type, flag, options_of

__all__ = ["add_options"]

_KINDS: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "tuple[str, ...]": list[str],
    # Written as one word, which the command parses: 400,500.
    "tuple[tuple[float, float], ...]": list[str],
    "tuple[float, ...]": str,
}


def add_options(function: Any, config: type) -> None:
    """Let Typer see the options of ``config`` as keywords of ``function(argument, **options)``."""
    signature = inspect.signature(function, eval_str=True)
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    options = options_of(config)
    fields = [field for field in dataclasses.fields(config) if field.name in options]
    added = [_parameter(config, field, options[field.name]) for field in fields]
    # The argument first, then the configuration's options, as --help should show them.
    rest = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own[1:]]
    function.__signature__ = signature.replace(parameters=[own[0], *added, *rest])


def _parameter(config: type, field: dataclasses.Field[Any], option: Option) -> inspect.Parameter:
    """A field of the configuration as a parameter that Typer reads."""
    kind = _KINDS[declared_type(config, field.name)]
    name = flag(field.name)
    default = "" if field.default in (None, False, "", ()) else f" Default {field.default}."
    information = typer.Option(
        f"{name}/{flag('no_' + field.name)}" if kind is bool else name,
        help=option.help + default,
        rich_help_panel=option.panel,
        metavar="|".join(option.choices) or option.metavar,
        autocompletion=complete_names(option.completes) if option.completes else None,
        show_default=False,
    )
    return inspect.Parameter(
        field.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, information],
    )
