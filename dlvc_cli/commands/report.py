"""``dlvc report``: a run or a study as one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dlvc_cli.commands.completion import complete_names, complete_runs
from dlvc_cli.reporting.output import say, say_warning
from dlvc_cli.reporting.targets import check_target

__all__ = ["report"]

Name = Annotated[
    str,
    typer.Argument(
        help="A run's name or folder, or a study's TOML file.",
        metavar="RUN|FILE",
        autocompletion=complete_runs,
    ),
]
Out = Annotated[
    Path | None, typer.Option(help="The page, an HTML file; by default report.html in its folder.")
]
Folder = Annotated[Path | None, typer.Option(help="Of a study; by default studies/NAME.")]
Data = Annotated[
    str | None,
    typer.Option(
        help="Where a run's data is now, if it has moved; or the data that a study was run with.",
        autocompletion=complete_names("datasets"),
    ),
]


def report(name: Name, data: Data = None, out: Out = None, folder: Folder = None) -> None:
    """Write the report of a run or a study: one page to look at, which needs no network.

    Example: dlvc report cnn-toy-pets-1, or dlvc report examples/assignment2.toml
    """
    if name.endswith(".toml"):
        _of_study(Path(name), data, out, folder)
    else:
        _of_run(name, data, out)


def _of_run(name: str, data: str | None, out: Path | None) -> None:
    from dlvc_cli.api.reports import REPORT, report_run
    from dlvc_cli.runs.directory import find_run

    run = find_run(name)
    target = out if out is not None else run.path / REPORT
    check_target(target, (".html",), "--out")
    for problem in run.damage():
        say_warning(problem)
    report_run(run, target, data=data)
    say(f"report: {target}")


def _of_study(file: Path, data: str | None, out: Path | None, folder: Path | None) -> None:
    from dlvc_cli.api.reports import REPORT
    from dlvc_cli.api.study_job import plan_study_job
    from dlvc_cli.experiments.study_file import read_study

    changes = {} if data is None else {"data": data}
    job = plan_study_job(read_study(file), folder=folder, changes=changes)
    target = out if out is not None else job.folder / REPORT
    check_target(target, (".html",), "--out")
    job.report(target)
    say(f"report: {target}")
