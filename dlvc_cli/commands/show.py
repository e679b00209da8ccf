"""``dlvc show``: one plugin object or run."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dlvc_cli.contract.kinds import KINDS
from dlvc_cli.errors import UnknownName, UsageError
from dlvc_cli.registry.suggestions import did_you_mean, near
from dlvc_cli.reporting.output import say_json, say_warning

__all__ = ["show"]


def _complete(incomplete: str) -> list[str]:
    from dlvc_cli.commands.completion import complete_names, complete_runs

    names = [name for kind in KINDS for name in complete_names(kind)(incomplete)]
    return [*dict.fromkeys(names), *complete_runs(incomplete)]


Name = Annotated[
    str, typer.Argument(help="A name, plugin/name, or a run.", autocompletion=_complete)
]
Json = Annotated[bool, typer.Option("--json", help="An array of JSON objects.")]


def show(name: Name, as_json: Json = False) -> None:
    """Show one plugin object or run: parameters, sizes, where weights come from.

    Example: dlvc show resnet, or dlvc show beale:form=textbook
    """
    rows = _objects(name) + _runs(name)
    if not rows:
        hint = did_you_mean(near(name, _complete("")))
        raise UnknownName(
            f"There is nothing called {name!r}.{hint} See dlvc list, or dlvc list runs."
        )
    if as_json:
        say_json(rows, indent=2)
        return
    from dlvc_cli.reporting.listing import print_details

    for row in rows:
        print_details(row)


# A model's size depends on how many classes its head tells apart; the course has two.
_CLASSES = 2


def _objects(name: str) -> list[dict[str, Any]]:
    """Every kind's object of this name: an op and a loss may share one."""
    from dlvc_cli.registry.describe import describe_offer
    from dlvc_cli.registry.registry import registry

    found = []
    for kind in KINDS:
        # Of a surface, its parameters decide what there is to show.
        word = registry().split_name(kind, name)[0] if kind == "surfaces" else name
        try:
            offer = registry().find(kind, word, suggest=False)
        except UnknownName:
            continue
        found.append(describe_offer(offer))
        if kind == "models":
            from dlvc_cli.training.network.layers import describe_layers

            found[-1] |= describe_layers(name, _CLASSES)
        if kind == "surfaces":
            from dlvc_cli.api.descend import describe_surface

            found[-1] |= describe_surface(name)
    return found


def _runs(name: str) -> list[dict[str, Any]]:
    from dlvc_cli.runs.directory import find_run
    from dlvc_cli.runs.history import describe_run

    try:
        run = find_run(name)
    except UsageError:
        return []
    from dlvc_cli.api.run_figures import draw_missing_figures

    draw_missing_figures(run, say_warning)
    record = run.record()
    model = record["model"]
    details = {"parameter_count": model["parameters"], "trained": model["trainable"]}
    details |= {key: record[key] for key in ("command", "seed", "device", "versions", "data")}
    details["weights"] = (record.get("weights") or {}).get("source")
    details["damage"] = run.damage()
    return [describe_run(run) | details]
