"""``dlvc test``: a run's best network on a split."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from dlvc_cli.commands.completion import complete_names, complete_runs
from dlvc_cli.reporting.output import say_json

__all__ = ["test"]

RunName = Annotated[
    str, typer.Argument(help="A run's name or folder.", metavar="RUN", autocompletion=complete_runs)
]
SplitName = Annotated[
    str | None,
    typer.Option(help="train, val or test; by default test where there is one, else val."),
]
Data = Annotated[
    str | None,
    typer.Option(
        help="Where the data is now, if it has moved, or other images of the same classes.",
        autocompletion=complete_names("datasets"),
    ),
]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, mps.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def test(
    run: RunName,
    split: SplitName = None,
    data: Data = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Test a run's best network: loss, accuracy and confusion matrix of a split.

    Example: dlvc test cnn-toy-pets-1
    """
    from dlvc_cli.api.run import load_run
    from dlvc_cli.reporting.training.views import open_view

    loaded = load_run(run)
    with open_view("quiet" if as_json else "auto") as view:
        result = loaded.test(split, data=data, device=device, view=view)
    if as_json:
        say_json(dataclasses.asdict(result))
        return
    from dlvc_cli.reporting.training.confusion import print_test

    print_test(loaded.name, result)
