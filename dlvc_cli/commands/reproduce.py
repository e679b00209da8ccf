"""``dlvc reproduce``: runs a study from a file, and tells what came out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlvc_cli.commands.completion import complete_names
from dlvc_cli.errors import BadOption
from dlvc_cli.reporting.output import say, say_error, say_json

if TYPE_CHECKING:
    from dlvc_cli.api.study_job import StudyJob
    from dlvc_cli.experiments.outcomes import StudyResults

__all__ = ["reproduce", "run_and_print"]

File = Annotated[Path, typer.Argument(help="The study, a TOML file.", metavar="FILE")]
Data = Annotated[
    str | None,
    typer.Option(help="Data set for all experiments.", autocompletion=complete_names("datasets")),
]
Only = Annotated[
    list[str] | None,
    typer.Option(help="These experiments alone; * and ? stand for any text.", metavar="NAME"),
]
Epochs = Annotated[int | None, typer.Option(help="Epochs of every run, for a quick look.", min=1)]
Seeds = Annotated[int | None, typer.Option(help="So many seeds of every experiment.", min=1)]
Folds = Annotated[int | None, typer.Option(help="So many folds of every experiment.", min=2)]
Jobs = Annotated[int, typer.Option(help="Runs at a time; they share the cores.", min=1)]
On = Annotated[
    str, typer.Option("--on", help="What runs them.", autocompletion=complete_names("executors"))
]
Device = Annotated[str | None, typer.Option(help="auto, cpu, cuda, cuda:1, mps.")]
Out = Annotated[Path | None, typer.Option(help="The study's folder; by default studies/NAME.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would run, and about how long.")]
Check = Annotated[
    bool,
    typer.Option(
        "--check", help="Run nothing; hold what is there against the file. Exit code 1 if it isn't."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Warnings and the table only.")]
Table = Annotated[
    Path | None,
    typer.Option(help="With --check: hold the figures of this table.csv, not those of runs."),
]
Json = Annotated[bool, typer.Option("--json", help="An array, an object an experiment.")]


def reproduce(
    file: File,
    data: Data = None,
    only: Only = None,
    epochs: Epochs = None,
    seeds: Seeds = None,
    folds: Folds = None,
    jobs: Jobs = 1,
    on: On = "local",
    device: Device = None,
    out: Out = None,
    dry_run: DryRun = False,
    check: Check = False,
    table: Table = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Run the experiments of a file; what is finished is skipped, what was cut off goes on.

    Example: dlvc reproduce examples/assignment2.toml --only "CNN*" --jobs 2
    """
    from dlvc_cli.api.study_job import plan_study_job
    from dlvc_cli.experiments.planned_runs import chosen
    from dlvc_cli.experiments.study_file import read_study

    if dry_run and check:
        raise BadOption("--dry-run and --check exclude each other.")
    if table is not None and not check:
        raise BadOption("--table goes with --check.")
    study = read_study(file)
    if table is not None:
        from dlvc_cli.experiments.kept_table import read_table

        return _check(read_table(table, study).only(chosen(study, only or ())), as_json)
    changes: dict[str, Any] = {"data": data, "epochs": epochs, "device": device}
    job = plan_study_job(
        study,
        only=only or (),
        folder=out,
        changes={name: value for name, value in changes.items() if value is not None},
        seeds=seeds,
        folds=folds,
        executor=on,
        jobs=jobs,
    )
    if dry_run:
        from dlvc_cli.reporting.study.outlook import print_outlook

        missing = {name: why for name, why in job.missing.items() if name in job.only}
        print_outlook(job.asked, missing, jobs, job.costs())
        return 0
    if check:
        return _check(job.results(), as_json)
    return run_and_print(job, "quiet" if as_json or quiet else "auto", as_json)


def run_and_print(job: StudyJob, view: str, as_json: bool = False) -> int:
    """Run what isn't finished of a study, print its table, and return the exit code."""
    from dlvc_cli.api.reports import REPORT
    from dlvc_cli.reporting.study.views import open_study_view

    outcome = job.run_with(open_study_view(view))
    _print(outcome.results, as_json)
    if not as_json:
        say(f"table: {job.folder / 'table.md'}")
        say(f"report: {job.folder / REPORT}")
    return outcome.exit_code


def _check(results: StudyResults, as_json: bool) -> int:
    """Say what leaves the file's tolerance, and what can't be told; returns the exit code."""
    _print(results, as_json)
    failures = results.failures()
    for text in results.skipped():
        say_error(f"skipped: {text}")
    for text in failures:
        say_error(f"error: {text}")
    return int(bool(failures))


def _print(results: StudyResults, as_json: bool) -> None:
    if as_json:
        from dlvc_cli.reporting.study.study_table import as_json as rows_of

        say_json(rows_of(results))
    else:
        from dlvc_cli.reporting.study.terminal import print_study

        print_study(results)
