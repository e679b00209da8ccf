"""A study, for the command line and for Python alike: planned first, then run, then told."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from dlvc_cli.api.reports import REPORT
from dlvc_cli.api.signals import StopSignal, on_leaving
from dlvc_cli.errors import RunError
from dlvc_cli.events import Notice, StudyEnded, StudyRun
from dlvc_cli.experiments.job_files import failure_of, missing_of
from dlvc_cli.experiments.kept_study import keep_study, read_kept_study
from dlvc_cli.experiments.outcomes import StudyResults, results_of
from dlvc_cli.experiments.planned_runs import PlannedRun, chosen, plan_study
from dlvc_cli.experiments.runner import run_study
from dlvc_cli.experiments.stopwatch import KnownCosts, find_costs
from dlvc_cli.experiments.study import Study
from dlvc_cli.experiments.study_folders import STUDIES
from dlvc_cli.files import replace_file
from dlvc_cli.registry.offers import Choice
from dlvc_cli.registry.registry import registry

__all__ = ["StudyJob", "StudyOutcome", "kept_study_job", "plan_study_job"]

# From so many epochs on, what they take is measured first.
_LONG = 100


@dataclass(frozen=True)
class StudyOutcome:
    """How a study ended.

    Attributes:
        exit_code: 0, 1 where runs failed, or 128 and the number of the signal that stopped it.
    """

    results: StudyResults
    ended: StudyEnded
    exit_code: int


@dataclass(frozen=True)
class StudyJob:
    """A study whose runs have been planned.

    Attributes:
        executor: what runs its jobs, ``jobs`` at a time.
        missing: why experiments can't be run here, by name, as far as it is known.
        only: names of the experiments that are run and shown; the table on disk has all.
    """

    study: Study
    planned: tuple[PlannedRun, ...]
    folder: Path
    executor: Choice
    jobs: int
    missing: dict[str, str]
    only: tuple[str, ...]

    @property
    def asked(self) -> tuple[PlannedRun, ...]:
        """The runs of the experiments that are run and shown."""
        return tuple(run for run in self.planned if run.experiment.name in self.only)

    def run_with(self, view: Any) -> StudyOutcome:
        """Run what isn't finished, telling a view, and write table and figures.

        Raises:
            RunError: the study is being run by another process, or a file can't be written.
        """
        stop = StopSignal()
        ended = None
        farewell = "Stopped at once; what runs have saved is there. The same command goes on."
        with self._locked(), on_leaving(lambda: farewell), view, stop.installed():
            keep_study(self.folder, self.study, self.planned, self.missing)
            known = find_costs(self.asked, self.folder, self.jobs, stop, self._worth(view))
            for event in run_study(
                self.study.name,
                self.asked,
                self.folder,
                self.executor,
                self.jobs,
                stop,
                known.costs,
            ):
                if isinstance(event, StudyRun) and event.state == "missing":
                    self.missing[self._experiment_of(event.run)] = event.reason or ""
                if isinstance(event, StudyEnded):
                    missing = tuple(name for name in self.missing if name in self.only)
                    ended = event = dataclasses.replace(event, missing=missing)
                view(event)
        assert ended is not None
        results = self.write().only(self.only)
        code = 128 + stop.number if stop.number else 1 if ended.failed else 0
        return StudyOutcome(results, ended, code)

    def _worth(self, view: Any) -> Callable[[], bool]:
        """Whether it is worth while to measure how long runs take, before they tell it themselves.

        If it is, it is said.
        """

        def worth() -> bool:
            epochs = sum(run.config.epochs for run in self.asked if not run.finished)
            if epochs >= _LONG:
                view(Notice(text="Measuring a few steps, to tell how long it takes."))
            return epochs >= _LONG

        return worth

    def costs(self) -> KnownCosts:
        """Find out what the runs that aren't finished cost; what nobody knows is measured."""
        return find_costs(self.asked, self.folder, self.jobs)

    def _experiment_of(self, run: str) -> str:
        return next(one.experiment.name for one in self.planned if one.name == run)

    def results(self) -> StudyResults:
        """Read what runs of the chosen experiments have left behind so far."""
        return self._whole().only(self.only)

    def _whole(self) -> StudyResults:
        said = {
            run.experiment.name: text
            for run in self.planned
            if (text := missing_of(self.folder, run)) is not None
        }
        return results_of(self.study, self.planned, said | self.missing, self.failed())

    def failed(self) -> dict[str, str]:
        """Why runs failed when they were last begun, by their names."""
        found = {run.name: failure_of(self.folder, run) for run in self.planned}
        return {name: why for name, why in found.items() if why is not None}

    def write(self) -> StudyResults:
        """Write table, figures and page of what there is of all experiments, and return it."""
        from dlvc_cli.reporting.study.figures import draw_figures
        from dlvc_cli.reporting.study.study_table import as_csv, as_markdown

        results = self._whole()
        drawn = draw_figures(self.study, self.planned, self.folder)
        for name, text in (
            ("table.md", as_markdown(results, drawn)),
            ("table.csv", as_csv(results)),
        ):
            with replace_file(self.folder / name) as handle:
                handle.write(text.encode())
        self._write_page(results, self.folder / REPORT)
        return results

    def report(self, target: Path) -> None:
        """Write the page of what there is.

        Raises:
            RunError: the file can't be written.
        """
        self._write_page(self._whole(), target)

    def _write_page(self, results: StudyResults, target: Path) -> None:
        from dlvc_cli.reporting.pages.report_file import write_report
        from dlvc_cli.reporting.pages.study_sections import study_report

        write_report(study_report(results, self.planned), target)

    @contextmanager
    def _locked(self) -> Any:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / ".lock", timeout=0)
            lock.acquire()
        except Timeout:
            raise RunError(f"{self.folder} is being run by another process.") from None
        except OSError as error:
            raise RunError(f"Cannot write to {self.folder}: {error.strerror}.") from error
        try:
            yield
        finally:
            with suppress(OSError):
                lock.release()


def plan_study_job(
    study: Study,
    *,
    only: Sequence[str] = (),
    folder: Path | None = None,
    changes: Mapping[str, Any] | None = None,
    seeds: int | None = None,
    folds: int | None = None,
    executor: str = "local",
    jobs: int = 1,
) -> StudyJob:
    """Check a request for a study and plan its runs. Imports nothing heavy.

    Args:
        only: patterns of the experiments to run; all where there is none.
        folder: of the study; by default ``studies/NAME``.
        changes: options for all experiments.
        seeds, folds: how many, in the place of the experiments' own.
        executor: what runs the jobs.
        jobs: how many at a time.

    Raises:
        UsageError: a name, an option or a value is wrong.
    """
    names = chosen(study, only)
    place = folder if folder is not None else STUDIES / study.name
    choice = registry().choose("executors", executor)
    planned, missing = plan_study(registry(), study, place, changes or {}, seeds, folds)
    return StudyJob(study, tuple(planned), place, choice, jobs, missing, names)


def kept_study_job(folder: Path) -> StudyJob:
    """Return a study as its folder remembers it, to look at what came out.

    Raises:
        UsageError: what the folder says of it is damaged.
    """
    kept = read_kept_study(folder)
    names = tuple(experiment.name for experiment in kept.study.experiments)
    choice = registry().choose("executors", "local")
    return StudyJob(kept.study, kept.planned, folder, choice, 1, kept.missing, names)
