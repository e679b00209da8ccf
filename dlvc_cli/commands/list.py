"""``dlvc list``: plugin objects, plugins and runs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dlvc_cli.contract.kinds import KINDS
from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.errors import BadOption
from dlvc_cli.reporting.output import say, say_json

__all__ = ["list_objects"]

_LISTED = (*KINDS, "runs", "plugins")


def _complete_kind(incomplete: str) -> list[str]:
    return [kind for kind in _LISTED if kind.startswith(incomplete)]


Kind = Annotated[
    str | None,
    typer.Argument(
        help=f"{', '.join(_LISTED[:-1])} or {_LISTED[-1]}; none: all plugin objects.",
        autocompletion=_complete_kind,
    ),
]
Search = Annotated[
    str | None,
    typer.Option(help="Part of a name or summary, or a pattern with *; finds timm's models too."),
]
Json = Annotated[bool, typer.Option("--json", help="An array of JSON objects.")]


def list_objects(kind: Kind = None, search: Search = None, as_json: Json = False) -> None:
    """List what can be named: models, ops, losses, data sets, runs, plugins ...

    Example: dlvc list models --search convnext
    """
    if kind is not None and kind not in _LISTED:
        hint = did_you_mean(near(kind, _LISTED, 1)) or f" There are {', '.join(_LISTED)}."
        raise BadOption(f"There is nothing called {kind!r} to list.{hint}")
    kinds = [kind] if kind else list(KINDS)
    if as_json:
        rows = [row for one in kinds for row in _rows(one, search)]
        say_json(rows, indent=2)
        return
    from dlvc_cli.reporting.listing import print_listing

    for one in kinds:
        rows = _rows(one, search)
        if rows or kind:
            print_listing(one, rows, titled=kind is None)
    if search is None:
        _hint_families(kind)


def _rows(kind: str, search: str | None) -> list[dict[str, Any]]:
    if kind == "runs":
        from dlvc_cli.runs.history import describe_runs

        return describe_runs(search)
    from dlvc_cli.registry.describe import describe_offer, describe_plugins, list_offers
    from dlvc_cli.registry.registry import registry

    if kind == "plugins":
        return [row for row in describe_plugins(registry()) if not search or search in row["name"]]
    return [describe_offer(offer) for offer in list_offers(registry(), kind, search)]


def _hint_families(kind: str | None) -> None:
    """Say which open-ended names there are beside those listed."""
    from dlvc_cli.registry.registry import registry

    if kind is None:
        return
    for family in registry().families(kind):
        name = f"{family.spec.name}:{family.spec.metavar}"
        how = f" (dlvc list {kind} --search ...)" if family.spec.search is not None else ""
        say(f"and {name}: {family.spec.summary}{how}")
