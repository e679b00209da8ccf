"""``dlvc report``: a run or a study as one page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlvc_cli.commands.completion import complete_names, complete_reported
from dlvc_cli.errors import BadOption
from dlvc_cli.reporting.output import say, say_warning
from dlvc_cli.reporting.targets import check_target

if TYPE_CHECKING:
    from dlvc_cli.api.study_job import StudyJob

__all__ = ["report"]

Name = Annotated[
    str,
    typer.Argument(
        help="A run's or a study's name or folder, or a study's TOML file.",
        metavar="RUN|STUDY|FILE",
        autocompletion=complete_reported,
    ),
]
Out = Annotated[
    Path | None, typer.Option(help="The page, an HTML file; by default report.html in its folder.")
]
Folder = Annotated[Path | None, typer.Option(help="Of a study's file; by default studies/NAME.")]
Data = Annotated[
    str | None,
    typer.Option(
        help="Where a run's data is now, if it has moved; or what a study's file was run with.",
        autocompletion=complete_names("datasets"),
    ),
]


def report(name: Name, data: Data = None, out: Out = None, folder: Folder = None) -> None:
    """Write the report of a run or a study: one page to look at, which needs no network.

    Example: dlvc report cnn-toy-pets-1, or dlvc report studies/assignment2
    """
    from dlvc_cli.api.study_job import kept_study_job
    from dlvc_cli.experiments.study_folders import find_study
    from dlvc_cli.runs.directory import is_run

    if name.endswith(".toml"):
        _of_study_file(Path(name), data, out, folder)
        return
    if folder is not None:
        raise BadOption("--folder goes with a study's TOML file.")
    kept = None if is_run(name) else find_study(name)
    if kept is None:
        _of_run(name, data, out)
    elif data is not None:
        raise BadOption("--data goes with a run or a study's file: a study's folder has its own.")
    else:
        _write(kept_study_job(kept), out)


def _of_run(name: str, data: str | None, out: Path | None) -> None:
    from dlvc_cli.api.reports import REPORT, report_run
    from dlvc_cli.experiments.study_folders import all_studies
    from dlvc_cli.runs.directory import find_run
    from dlvc_cli.runs.paired import damage_of_predictions

    run = find_run(name, all_studies())
    target = out if out is not None else run.path / REPORT
    check_target(target, (".html",), "--out")
    for problem in run.damage() + damage_of_predictions(run):
        say_warning(problem)
    report_run(run, target, data=data, say=say_warning)
    say(f"report: {target}")


def _of_study_file(file: Path, data: str | None, out: Path | None, folder: Path | None) -> None:
    from dlvc_cli.api.study_job import plan_study_job
    from dlvc_cli.experiments.study_file import read_study

    changes = {} if data is None else {"data": data}
    _write(plan_study_job(read_study(file), folder=folder, changes=changes), out)


def _write(job: StudyJob, out: Path | None) -> None:
    from dlvc_cli.api.reports import REPORT

    target = out if out is not None else job.folder / REPORT
    check_target(target, (".html",), "--out")
    job.report(target)
    say(f"report: {target}")
