"""``dlvc compare``: runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dlvc_cli.commands.completion import complete_runs
from dlvc_cli.errors import BadOption, UsageError
from dlvc_cli.reporting.output import say, say_json, say_warning

__all__ = ["compare"]

Runs = Annotated[
    list[str],
    typer.Argument(
        help="Names or folders of runs.", metavar="RUN...", autocompletion=complete_runs
    ),
]
Out = Annotated[Path, typer.Option(help="The figure of the curves, a PNG.")]
Json = Annotated[bool, typer.Option("--json", help="An array of runs; draws nothing.")]


def compare(runs: Runs, out: Out = Path("comparison.png"), as_json: Json = False) -> None:
    """Compare runs: a table, and their curves in one figure.

    Example: dlvc compare cnn-toy-pets-1 cnn-toy-pets-2
    """
    from dlvc_cli.runs.directory import find_run
    from dlvc_cli.runs.history import describe_run

    if out.suffix.lower() != ".png":
        raise BadOption(f"--out {out}: the figure is a PNG; give it a name that ends in .png.")
    found = [find_run(name) for name in runs]
    rows: list[dict[str, Any]] = []
    for run in found:
        config = run.record()["config"]
        rows.append(describe_run(run) | {"config": config, "metrics": run.metrics()})
        for problem in run.damage():
            say_warning(problem)
    if as_json:
        say_json(rows)
        return
    from dlvc_cli.reporting.training.tables import print_comparison

    print_comparison(rows)
    drawn = [(row["name"], row["metrics"]) for row in rows if row["metrics"]]
    if not drawn:
        raise UsageError("None of these runs has finished an epoch: there are no curves to draw.")
    from dlvc_cli.reporting.training.plots import plot_comparison

    plot_comparison(drawn, out)
    say(f"curves: {out}")
    from dlvc_cli.api.run_figures import draw_missing_figures

    for run in found:
        draw_missing_figures(run, say_warning)
