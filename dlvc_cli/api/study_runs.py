"""A study from Python: its runs and its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from dlvc_cli.api.keywords import TrainOptions
from dlvc_cli.api.run import Run, given_options
from dlvc_cli.api.study_job import StudyJob, plan_study_job
from dlvc_cli.errors import BadOption
from dlvc_cli.experiments.study_file import read_study
from dlvc_cli.experiments.sweep import values_of, varied_study

__all__ = ["StudyRuns", "study"]


class StudyRuns:
    """What came out of a study; a notebook shows its table.

    Args:
        job: that has been run, or is to be looked at.
    """

    def __init__(self, job: StudyJob) -> None:
        self._job = job

    @property
    def path(self) -> Path:
        """Its folder, with ``table.md``, ``table.csv``, page, figures and ``runs/``."""
        return self._job.folder

    @property
    def runs(self) -> dict[str, Run]:
        """The finished runs by name: the experiment's, with seed or fold where there are more."""
        return {one.name: Run(one.run.path) for one in self._job.asked if one.finished}

    @property
    def failed(self) -> dict[str, str]:
        """Why runs failed, by their names."""
        return self._job.failed()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A dictionary an experiment, as ``dlvc reproduce --json`` prints it."""
        from dlvc_cli.reporting.study.study_table import as_json

        return as_json(self._job.results())

    @property
    def table(self) -> str:
        """The table with its notes and findings, as Markdown."""
        from dlvc_cli.reporting.study.study_table import as_markdown

        return as_markdown(self._job.results())

    @property
    def failures(self) -> list[str]:
        """What leaves its tolerance or contradicts what is expected, a sentence each."""
        return self._job.results().failures()

    def __repr__(self) -> str:
        return f"StudyRuns({str(self.path)!r}, {len(self.runs)} of {len(self._job.asked)} finished)"

    def _repr_markdown_(self) -> str:
        return self.table


def study(
    what: str | Path,
    *,
    sweep: Mapping[str, Sequence[Any]] | None = None,
    seeds: int | None = None,
    folds: int | None = None,
    only: str | Sequence[str] = (),
    preset: str | None = None,
    name: str | None = None,
    out: str | Path | None = None,
    jobs: int = 1,
    on: str = "local",
    view: Any = "auto",
    **options: Unpack[TrainOptions],
) -> StudyRuns:
    """Run a study: what is finished is skipped, what was cut off goes on.

    Args:
        what: a model's name, as ``dlvc train --sweep`` takes it, or a study's TOML file, as
            ``dlvc reproduce`` does.
        sweep: values by option; every combination is an experiment. Not with a file.
        seeds: so many of every experiment.
        folds: so many of every experiment.
        only: patterns of names of a file's experiments.
        preset: a named bundle of options. Not with a file.
        name: of the study's folder in ``studies/``. Not with a file, whose name it takes.
        out: the study's folder, instead of a name.
        jobs: runs at a time.
        on: what runs them, an executor's name.
        view: ``auto``, ``live``, ``plain``, ``json``, ``quiet``, or a context manager that is
            called with every event.
        **options: of training, for all experiments, as :func:`dlvc_cli.train` takes them.

    Returns:
        Its runs and its table. Runs that failed are not among them; a view says why.

    Raises:
        DlvcError: something in the request is wrong, or files can't be written.
    """
    from dlvc_cli.reporting.study.views import open_study_view

    for word, count, least in (("jobs", jobs, 1), ("seeds", seeds, 1), ("folds", folds, 2)):
        if count is not None and (not isinstance(count, int) or count < least):
            raise BadOption(f"{word} is a whole number from {least}, not {count!r}.")
    given = given_options(options)
    folder = Path(out) if out is not None else None
    patterns = (only,) if isinstance(only, str) else tuple(only)
    if isinstance(what, Path) or what.endswith(".toml"):
        if sweep or preset or name:
            raise BadOption("A file says itself what is swept, its presets and its name.")
        job = plan_study_job(
            read_study(Path(what)), only=patterns, folder=folder, changes=given,
            seeds=seeds, folds=folds, executor=on, jobs=jobs,
        )  # fmt: skip
    else:
        made = varied_study(
            given | {"model": what},
            preset=preset,
            sweep=values_of(sweep or {}),
            seeds=seeds,
            folds=folds,
            name=name,
        )
        job = plan_study_job(made, only=patterns, folder=folder, executor=on, jobs=jobs)
    job.run_with(open_study_view(view) if isinstance(view, str) else view)
    return StudyRuns(job)
