"""``dlvc show``: one plugin object or run."""

from __future__ import annotations

from typing import Annotated

import typer

from dlvc_cli.config.options import flag
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.contract.kinds import KINDS
from dlvc_cli.errors import BadOption, UnknownName
from dlvc_cli.reporting.output import say_json

__all__ = ["show"]


def _complete(incomplete: str) -> list[str]:
    from dlvc_cli.commands.completion import complete_names, complete_runs

    names = [name for kind in KINDS for name in complete_names(kind)(incomplete)]
    return [*dict.fromkeys(names), *complete_runs(incomplete)]


_MODELS = "Models"
_DEPTH = 2
_CLASSES = 2

Name = Annotated[
    str, typer.Argument(help="A name, plugin/name, folder or run.", autocompletion=_complete)
]
Json = Annotated[bool, typer.Option("--json", help="An array of JSON objects.")]
Depth = Annotated[
    int | None,
    typer.Option(
        help=f"Show layers down to this depth. Default {_DEPTH}.", min=1, rich_help_panel=_MODELS
    ),
]
Classes = Annotated[
    int | None,
    typer.Option(
        help=f"How many classes the head tells apart. Default {_CLASSES}.",
        min=1,
        rich_help_panel=_MODELS,
    ),
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
        "--feature-extract",
        help="Which parameters --feature-extract would train.",
        rich_help_panel=_MODELS,
    ),
]
FreezeUntil = Annotated[
    str | None,
    typer.Option(
        help="Which parameters freezing up to this layer leaves to train.",
        metavar="LAYER",
        rich_help_panel=_MODELS,
    ),
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
    if name in KINDS or name in ("runs", "plugins"):
        raise UnknownName(f"{name!r} is a kind of thing, not one of them. See dlvc list {name}.")
    config = TrainConfig(
        model=name,
        # Only what comes pretrained is frozen.
        pretrained=feature_extract or freeze_until is not None,
        image_size=image_size,
        feature_extract=feature_extract,
        freeze_until=freeze_until,
    )

    from dlvc_cli.api.details import describe

    rows = describe(name, config, classes or _CLASSES)
    of_models = {
        "depth": depth,
        "classes": classes,
        "image_size": image_size,
        "feature_extract": feature_extract,
        "freeze_until": freeze_until,
    }
    given = [option for option, value in of_models.items() if value]
    if given and not any(row["kind"] == "models" for row in rows):
        raise BadOption(f"{flag(given[0])} is for models, and {name} is none.")
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
        elif row["kind"] == "runs":
            from dlvc_cli.reporting.run_page import print_run
            from dlvc_cli.runs.manage import sizes_of_files

            print_run(row, sizes_of_files(row["path"]))
        else:
            print_details(row)
