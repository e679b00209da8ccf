"""``dlvc report``: a run as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dlvc_cli.commands.completion import complete_names, complete_runs
from dlvc_cli.reporting.output import say, say_warning
from dlvc_cli.reporting.targets import check_target

__all__ = ["report"]

RunName = Annotated[
    str, typer.Argument(help="A run's name or folder.", metavar="RUN", autocompletion=complete_runs)
]
Out = Annotated[
    Path | None, typer.Option(help="The page, an HTML file; by default report.html in its folder.")
]
Data = Annotated[
    str | None,
    typer.Option(
        help="Where the data is now, if it has moved.", autocompletion=complete_names("datasets")
    ),
]


def report(run: RunName, data: Data = None, out: Out = None) -> None:
    """Write a run's report: one page with its figures, curves and classes; no network is needed.

    Example: dlvc report cnn-toy-pets-1
    """
    from dlvc_cli.api.reports import REPORT, report_run
    from dlvc_cli.runs.directory import find_run

    found = find_run(run)
    target = out if out is not None else found.path / REPORT
    check_target(target, (".html",), "--out")
    for problem in found.damage():
        say_warning(problem)
    report_run(found, target, data=data)
    say(f"report: {target}")
