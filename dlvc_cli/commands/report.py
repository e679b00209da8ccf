"""``dlvc report``: a run as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dlvc_cli.commands.completion import complete_runs
from dlvc_cli.reporting.output import say, say_warning
from dlvc_cli.reporting.targets import check_target

__all__ = ["report"]

RunName = Annotated[
    str, typer.Argument(help="A run's name or folder.", metavar="RUN", autocompletion=complete_runs)
]
Out = Annotated[
    Path | None, typer.Option(help="The page, an HTML file; by default report.html in its folder.")
]


def report(run: RunName, out: Out = None) -> None:
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
    report_run(found, target)
    say(f"report: {target}")
