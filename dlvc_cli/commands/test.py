"""``dlvc test``: a run's best network on a split."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from dlvc_cli.commands.completion import complete_names, complete_runs
from dlvc_cli.commands.tta_option import Tta
from dlvc_cli.reporting.output import say, say_json, say_warning
from dlvc_cli.reporting.targets import STILL, check_target

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
Metrics = Annotated[
    list[str] | None,
    typer.Option(
        "--metric",
        help="Further metrics, with commas between: auroc,ece. See dlvc list metrics.",
        metavar="NAME[,NAME]",
        autocompletion=complete_names("metrics"),
    ),
]
Kept = Annotated[
    bool,
    typer.Option(
        "--kept",
        help="From what the run has kept of its validation images (or of its test at the end): "
        "nothing is run again, and no data is needed.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(help="Draw the reliability curve: a PNG, SVG or PDF."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def test(
    run: RunName,
    split: SplitName = None,
    data: Data = None,
    device: Device = "auto",
    metric: Metrics = None,
    kept: Kept = False,
    tta: Tta = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Test a run's best network on a split: accuracy, confusions, calibration, worst images.

    Example: dlvc test cnn-toy-pets-1 --metric auroc,macro_f1
    """
    from dlvc_cli.api.run import load_run
    from dlvc_cli.reporting.training.views import open_view

    if out is not None:
        check_target(out, STILL, "--out")
    loaded = load_run(run)
    with open_view("quiet" if as_json else "auto") as view:
        result = loaded.test(
            split, data=data, device=device, view=view, metrics=metric or (), kept=kept, tta=tta
        )
    curve = result.calibration
    if out is not None and curve is None:
        say_warning("There is no reliability curve: not all probabilities are finite.")
    elif out is not None and curve is not None:
        from dlvc_cli.reporting.training.reliability_figure import plot_reliability

        plot_reliability(curve, out, f"{loaded.name} on {result.split}")
    if as_json:
        say_json(dataclasses.asdict(result))
        return
    from dlvc_cli.reporting.training.confusion import print_test

    print_test(loaded.name, result)
    if out is not None and curve is not None:
        say(f"reliability curve: {out}")
