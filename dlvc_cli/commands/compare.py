"""``dlvc compare``: runs side by side."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from dlvc_cli.commands.completion import complete_measures, complete_runs
from dlvc_cli.errors import UsageError
from dlvc_cli.reporting.output import say, say_json, say_warning
from dlvc_cli.reporting.run_options import differing_options
from dlvc_cli.reporting.targets import STILL, check_target
from dlvc_cli.reporting.training.measures import COMPARED, choose_measures, has_measure

__all__ = ["compare"]

_USUAL = ",".join(COMPARED)

Runs = Annotated[
    list[str],
    typer.Argument(
        help="Names or folders of runs.", metavar="RUN...", autocompletion=complete_runs
    ),
]
Out = Annotated[Path, typer.Option(help="The figure of the curves: a PNG, SVG or PDF.")]
Curves = Annotated[
    str,
    typer.Option(
        metavar="NAMES",
        help="Curves to draw, with commas between: train_loss, val_loss, train_acc, val_acc ...",
        autocompletion=complete_measures,
    ),
]
Page = Annotated[
    Path | None,
    typer.Option(help="Write a page of them, too: an HTML file.", metavar="FILE"),
]
Slides = Annotated[bool, typer.Option(help="A figure for slides: 16:9, with large letters.")]
Json = Annotated[bool, typer.Option("--json", help="An array of runs; draws nothing.")]


def _as_plain(value: Any) -> dict[str, Any] | None:
    """A dataclass as plain values; None stays."""
    return None if value is None else dataclasses.asdict(value)


def compare(
    runs: Runs,
    out: Out = Path("comparison.png"),
    curves: Curves = _USUAL,
    page: Page = None,
    slides: Slides = False,
    as_json: Json = False,
) -> None:
    """Compare runs: a table, and their curves in one figure.

    Example: dlvc compare cnn-toy-pets-1 cnn-toy-pets-2 --curves train_acc,val_acc
    """
    from dlvc_cli.runs.best import late_accuracies
    from dlvc_cli.runs.directory import find_run
    from dlvc_cli.runs.history import describe_run
    from dlvc_cli.runs.paired import against

    measures = choose_measures(curves, "--curves")
    check_target(out, STILL, "--out")
    if page is not None:
        check_target(page, (".html",), "--page")
    found = [find_run(name) for name in runs]
    rows: list[dict[str, Any]] = []
    for run in found:
        config = run.record()["config"]
        worth: dict[str, Any] = {
            "against_first": None if run is found[0] else _as_plain(against(run, found[0])),
        }
        metrics = run.metrics()
        worth |= late_accuracies(metrics)
        rows.append(describe_run(run) | {"config": config, "metrics": metrics} | worth)
        for problem in run.damage():
            say_warning(problem)
    if as_json:
        say_json(rows)
        return
    from dlvc_cli.reporting.training.tables import print_comparison

    print_comparison(rows)
    started = [row for row in rows if row["metrics"]]
    if not started:
        raise UsageError("None of these runs has finished an epoch: there are no curves to draw.")
    from dlvc_cli.reporting.training.comparison_figure import PlottedRun, plot_comparison

    for measure in measures:
        lacking = [row["name"] for row in started if not has_measure(row["metrics"], measure)]
        if lacking:
            say_warning(f"No {measure} is recorded of {', '.join(lacking)}.")
    options = differing_options(started)
    drawn = [
        PlottedRun(row["name"], row["metrics"], {name: cells[k] for name, cells in options.items()})
        for k, row in enumerate(started)
    ]
    plot_comparison(drawn, out, measures, slide=slides)
    say(f"curves: {out}")
    if page is not None:
        from dlvc_cli.reporting.pages.comparison_sections import comparison_report
        from dlvc_cli.reporting.pages.report_file import write_report

        write_report(comparison_report(rows, measures), page)
        say(f"page: {page}")
    from dlvc_cli.api.run_figures import draw_missing_figures

    for run in found:
        draw_missing_figures(run, say_warning)
