"""Options: fields of a configuration that say of themselves what the command line shows.

An option is a parameter (``contract.params.Param``) with a place in ``--help``; its type is the
field's annotation, and its values are checked as a plugin object's parameters are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, NoneType
from typing import Any, get_args, get_type_hints

from dlvc_cli.contract.params import Param
from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.errors import BadOption

__all__ = [
    "Option",
    "check_keys",
    "check_options",
    "default_of",
    "flag",
    "option",
    "options_of",
    "types_of",
]


@dataclass(frozen=True)
class Option(Param):
    """One option of a configuration.

    Attributes:
        type: of its values, as annotated: ``int``, ``tuple[str, ...]``.
        panel: the group it stands in, in ``--help``.
        metavar: placeholder of its value.
        completes: the kind of plugin object that tab completion offers.
    """

    panel: str = "Recipe"
    metavar: str | None = None
    completes: str | None = None

    def _at(self, owner: str) -> str:
        # Its flag is its name.
        return owner

    def _numbers(self, value: Any) -> list[float]:
        # Those of tuples are checked in the configuration, which knows what they mean.
        return [] if isinstance(value, tuple) else super()._numbers(value)


def option(default: Any, help: str, **more: Any) -> Any:
    """Return a field of a configuration with its default and the rest of its :class:`Option`."""
    return dataclasses.field(default=default, metadata={"option": {"help": help, **more}})


@cache
def options_of(config: type) -> Mapping[str, Option]:
    """Return the options of a configuration class, by field name."""
    types = types_of(config)
    return MappingProxyType(
        {
            field.name: Option(
                field.name, types[field.name], field.default, **field.metadata["option"]
            )
            for field in dataclasses.fields(config)
            if "option" in field.metadata
        }
    )


@cache
def types_of(config: type) -> Mapping[str, Any]:
    """Return the declared types of a configuration's fields, without ``| None``."""
    return MappingProxyType(
        {name: _without_none(hint) for name, hint in get_type_hints(config).items()}
    )


def _without_none(hint: Any) -> Any:
    members = get_args(hint)
    return next(m for m in members if m is not NoneType) if NoneType in members else hint


def flag(name: str) -> str:
    """The command-line flag of a field: ``batch_size`` -> ``--batch-size``."""
    return "--" + name.replace("_", "-")


def default_of(config: type, name: str) -> Any:
    """The default of an option."""
    return options_of(config)[name].default


def check_keys(config: type, values: Mapping[str, Any], where: str) -> None:
    """Check names and text values before they are looked up; the rest is checked as a whole.

    Raises:
        BadOption: a key is no option of ``config``, or is text and shouldn't be.
    """
    types = types_of(config)
    unknown = sorted(set(values) - set(types))
    if unknown:
        hint = did_you_mean(one for name in unknown for one in near(name, types, 1))
        raise BadOption(
            f"{where}: there is no option called {', '.join(unknown)}.{hint} "
            f"They are {', '.join(sorted(types))}."
        )
    for name, value in values.items():
        if types[name] is str and not isinstance(value, str | None):
            if name in ("image_size", "store_size") and isinstance(value, int):
                continue
            raise BadOption(f"{where}: {name} takes text, not {value!r}.")


def check_options(config: Any) -> None:
    """Check type, range and choices of every option of a configuration that is set.

    Raises:
        BadOption: a value is wrong.
    """
    for name, known in options_of(config.__class__).items():
        value = getattr(config, name)
        if value is not None:
            known.check(value, flag(name))
