"""``dlvc show``: one plugin object or run."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dlvc_cli.config.options import flag
from dlvc_cli.contract.described import Buildable
from dlvc_cli.contract.kinds import KINDS
from dlvc_cli.errors import BadOption, UnknownName, UsageError
from dlvc_cli.reporting.output import say_json, say_warning

__all__ = ["show"]


def _complete(incomplete: str) -> list[str]:
    from dlvc_cli.commands.completion import complete_names, complete_runs

    names = [name for kind in KINDS for name in complete_names(kind)(incomplete)]
    return [*dict.fromkeys(names), *complete_runs(incomplete)]


_MODELS = "Models"

Name = Annotated[
    str, typer.Argument(help="A name, plugin/name, folder or run.", autocompletion=_complete)
]
Json = Annotated[bool, typer.Option("--json", help="An array of JSON objects.")]
Depth = Annotated[
    int | None,
    typer.Option(help="Show layers down to this depth. Default 2.", min=1, rich_help_panel=_MODELS),
]
Classes = Annotated[
    int | None,
    typer.Option(help="How many the head tells apart. Default 2.", min=1, rich_help_panel=_MODELS),
]
ImageSize = Annotated[
    str | None,
    typer.Option(
        help="Input in pixels, 64 or 64x48; by default the model's own.",
        metavar="SIZE",
        rich_help_panel=_MODELS,
    ),
]
FeatureExtract = Annotated[
    bool,
    typer.Option(
        "--feature-extract", help="Say what training it so leaves.", rich_help_panel=_MODELS
    ),
]
FreezeUntil = Annotated[
    str | None,
    typer.Option(help="The same of this.", metavar="LAYER", rich_help_panel=_MODELS),
]


def show(
    name: Name,
    depth: Depth = None,
    classes: Classes = None,
    image_size: ImageSize = None,
    feature_extract: FeatureExtract = False,
    freeze_until: FreezeUntil = None,
    as_json: Json = False,
) -> None:
    """Show one plugin object, folder or run: parameters, layers, classes, sizes, weights.

    Example: dlvc show resnet, dlvc show beale:form=textbook, or dlvc show folder:photos
    """
    asked = {
        "classes": classes,
        "image_size": image_size,
        "feature_extract": feature_extract,
        "freeze_until": freeze_until,
    }
    asked = {key: value for key, value in asked.items() if value}
    if name in KINDS or name in ("runs", "plugins"):
        raise UnknownName(f"{name!r} is a kind of thing, not one of them. See dlvc list {name}.")
    rows = _objects(name, asked) + _runs(name) or _members(name, asked)
    if not rows:
        raise UnknownName(
            f"There is nothing called {name!r}.{_meant(name)} See dlvc list, or dlvc list runs."
        )
    for_models = list(asked) + ["depth"] * (depth is not None)
    if for_models and not any(row["kind"] == "models" for row in rows):
        raise BadOption(f"{flag(for_models[0])} is for models, and {name} is none.")
    if as_json:
        say_json(rows, indent=2)
        return
    from dlvc_cli.reporting.data_table import DATA_KEYS, print_data
    from dlvc_cli.reporting.listing import print_details
    from dlvc_cli.reporting.network_table import NETWORK_KEYS, print_network

    for row in rows:
        if row["kind"] == "models":
            print_details(row, NETWORK_KEYS if "modules" in row else ())
            print_network(row, depth or _DEPTH)
        elif row["kind"] == "datasets":
            print_details(row, DATA_KEYS)
            print_data(row)
        else:
            print_details(row)


_DEPTH = 2


def _objects(name: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Every kind's object of this name: an op and a loss may share one."""
    from dlvc_cli.registry.describe import describe_offer
    from dlvc_cli.registry.registry import registry

    found = []
    for kind in KINDS:
        word, arguments = registry().split_name(kind, name)
        try:
            offer = registry().find(kind, word, suggest=False)
        except UnknownName:
            if registry().family_of(kind, name) is not None:
                raise
            continue
        if arguments and not isinstance(offer.spec, Buildable):
            # A family, whose member it is, or what has no parameters.
            continue
        if arguments:
            registry().choose(kind, name)  # refuses wrong ones
        found.append(describe_offer(offer) | _more(kind, name, asked))
    return found


def _members(name: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """What families know by this name, which lacks their prefix: a folder, a model of timm's."""
    from dlvc_cli.registry.registry import registry

    full = [registry().in_family(kind, name) for kind in KINDS]
    return [row for one in full if one is not None for row in _objects(one, asked)]


def _meant(name: str) -> str:
    from dlvc_cli.registry.meant import what_is_meant
    from dlvc_cli.registry.registry import registry
    from dlvc_cli.runs.directory import RUNS, all_runs

    kinds = [kind for kind in KINDS if kind != "families"]
    # runs/NAME is a run's path from here.
    bare = name.removeprefix(f"{RUNS}/")
    return what_is_meant(registry(), kinds, bare, [run.name for run in all_runs()])


def _more(kind: str, name: str, asked: dict[str, Any]) -> dict[str, Any]:
    """What only a built object knows."""
    if kind == "models":
        from dlvc_cli.training.network.layers import Question, describe_layers

        return describe_layers(name, Question(**asked))
    if kind == "surfaces":
        from dlvc_cli.api.descend import describe_surface

        return describe_surface(name)
    if kind == "datasets":
        return _describe_data(name)
    return {}


def _describe_data(name: str) -> dict[str, Any]:
    from dlvc_cli.events import drain
    from dlvc_cli.registry.registry import registry
    from dlvc_cli.reporting.measuring import MeasuringBar
    from dlvc_cli.training.data.overview import describe_data

    with MeasuringBar() as bar:
        return drain(describe_data(registry().choose("datasets", name)), bar)


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
