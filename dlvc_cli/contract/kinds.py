"""The kinds of plugin object: one for each hook."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import get_args, get_type_hints

from dlvc_cli.contract import hooks
from dlvc_cli.contract.described import Described
from dlvc_cli.errors import SpecError

__all__ = ["HOOK_PREFIX", "KINDS", "singular"]

HOOK_PREFIX = "dlvc_"
"""Before a kind, in the name of its hook: ``dlvc_models``."""


def _kinds() -> Mapping[str, type[Described]]:
    """Read off the hooks what each is to return."""
    found: dict[str, type[Described]] = {}
    for name, hook in vars(hooks).items():
        if name.startswith(HOOK_PREFIX):
            kind = name.removeprefix(HOOK_PREFIX)
            (spec,) = get_args(get_type_hints(hook)["return"])
            if spec.kind != kind:
                raise SpecError(f"{name} returns {spec.__name__}, whose kind is {spec.kind!r}")
            found[kind] = spec
    return MappingProxyType(found)


KINDS = _kinds()
"""The spec of each kind, in the order in which kinds are listed."""


def singular(kind: str) -> str:
    """The word for one object of a kind: ``losses`` -> ``loss``."""
    return KINDS[kind].singular or kind.removesuffix("s")
