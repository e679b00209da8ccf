"""Options: what the fields of a configuration say of themselves, and how values are checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlvc_cli.contract.params import Param
from dlvc_cli.errors import BadOption

__all__ = [
    "Option",
    "check_keys",
    "check_options",
    "declared_type",
    "default_of",
    "flag",
    "option",
    "options_of",
]


@dataclass(frozen=True)
class Option:
    """What the command line shows of one field of a configuration.

    Attributes:
        help: one line.
        panel: the group it stands in, in ``--help``.
        low, high, choices: the allowed values, as for ``Param``.
        metavar: placeholder of its value.
        completes: the kind of plugin object that tab completion offers.
    """

    help: str
    panel: str = "Recipe"
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    metavar: str | None = None
    completes: str | None = None


def option(default: Any, help: str, **more: Any) -> Any:
    """Return a field of a configuration with its default and the rest of its :class:`Option`."""
    return dataclasses.field(default=default, metadata={"option": Option(help, **more)})


def options_of(config: type) -> dict[str, Option]:
    """Return the options of a configuration class, by field name."""
    return {
        field.name: field.metadata["option"]
        for field in dataclasses.fields(config)
        if "option" in field.metadata
    }


def flag(name: str) -> str:
    """The command-line flag of a field: ``batch_size`` -> ``--batch-size``."""
    return "--" + name.replace("_", "-")


_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "tuple": (tuple,),
}


def declared_type(config: type, name: str) -> str:
    """The declared type of a field without ``| None``: ``float``, ``tuple[str, ...]``."""
    # Annotations are text (PEP 563).
    return str(config.__annotations__[name]).removesuffix(" | None")


def default_of(config: type, name: str) -> Any:
    """The default of a field."""
    return next(field.default for field in dataclasses.fields(config) if field.name == name)


def check_keys(config: type, values: Mapping[str, Any], where: str) -> None:
    """Check names and text values before they are looked up; the rest is checked as a whole.

    Raises:
        BadOption: a key is no option of ``config``, or is text and shouldn't be.
    """
    known = {field.name for field in dataclasses.fields(config)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise BadOption(
            f"{where}: there is no option called {', '.join(unknown)}. "
            f"They are {', '.join(sorted(known))}."
        )
    for name, value in values.items():
        if declared_type(config, name) == "str" and not isinstance(value, str | None):
            if name == "image_size" and isinstance(value, int):
                continue
            raise BadOption(f"{where}: {name} takes text, not {value!r}.")


def check_options(config: Any) -> None:
    """Check type, range and choices of every option of a configuration that is set.

    Raises:
        BadOption: a value is wrong.
    """
    for name, known in options_of(type(config)).items():
        value = getattr(config, name)
        if value is None:
            continue
        declared = declared_type(type(config), name).partition("[")[0]
        allowed = _TYPES[declared]
        if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
            raise BadOption(f"{flag(name)} takes a {declared}, not {value!r}.")
        if not isinstance(value, tuple):
            Param(name, low=known.low, high=known.high, choices=known.choices).check(
                value, flag(name)
            )
