"""What came out of a study: figures of its runs, a row an experiment, and what they are worth."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from dlvc_cli.errors import RunError
from dlvc_cli.experiments.findings import Verdict, judge, matching
from dlvc_cli.experiments.planned_runs import PlannedRun
from dlvc_cli.experiments.study import OUTCOMES, Experiment, Reported, Study
from dlvc_cli.runs.best import LAST, best_of, late_accuracies
from dlvc_cli.runs.paired import Against, against, damage_of_predictions, interval_of
from dlvc_cli.runs.statistics import Interval, paired, spread

__all__ = ["Held", "Row", "StudyResults", "figures_of_run", "hold", "results_of", "verdicts_on"]


@dataclass(frozen=True)
class Held:
    """A reported figure beside the measured one.

    Attributes:
        measured: None where there is none yet.
        within: whether it is within the tolerance; None where nothing is to be checked, or can be.
    """

    reported: Reported
    measured: float | None
    within: bool | None


@dataclass(frozen=True)
class Row:
    """An experiment's figures.

    Attributes:
        runs: how many are finished, of ``planned``.
        figures: (mean, standard deviation) over runs, by outcome; the deviation is None of one.
        interval: 95 %, of the best accuracy on the validation images of one run; None of several.
        test_interval: the same of the test at the end.
        missing: why it can't be run here, None if it can.
        diverged: what was said of the runs whose training left the finite numbers; their figures
            are those of the epochs before.
        faults: how runs failed, and what is damaged of those that are there.
    """

    experiment: Experiment
    runs: int
    planned: int
    figures: Mapping[str, tuple[float, float | None]]
    reported: tuple[Held, ...]
    interval: Interval | None = None
    test_interval: Interval | None = None
    against: Against | None = None
    missing: str | None = None
    diverged: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def stated(self) -> tuple[Held, ...]:
        """Of what was reported, that which is to be checked."""
        return tuple(one for one in self.reported if one.reported.tolerance is not None)

    def mean(self, outcome: str) -> float | None:
        """The mean of a outcome over runs, None where there is none."""
        return self.figures[outcome][0] if outcome in self.figures else None


@dataclass(frozen=True)
class StudyResults:
    """A row an experiment, and the verdicts on findings.

    Attributes:
        baseline: the experiment that others are compared with.
    """

    study: Study
    rows: tuple[Row, ...]
    verdicts: tuple[Verdict, ...]
    baseline: str | None

    def only(self, names: Collection[str]) -> StudyResults:
        """The rows of these experiments alone, and the verdicts on what is said of any of them."""
        rows = tuple(row for row in self.rows if row.experiment.name in names)
        verdicts = tuple(
            verdict
            for verdict in self.verdicts
            if matching((*verdict.finding.experiments, *verdict.finding.among), names)
        )
        return dataclasses.replace(self, rows=rows, verdicts=verdicts)

    def skipped(self) -> list[str]:
        """What can't be held against anything, for want of figures, a sentence each."""
        rows = [(row.experiment.name, _why_skipped(row)) for row in self.rows]
        verdicts = [
            (one.finding.name, one.why)
            for one in self.verdicts
            if one.held is None and self._excused(one)
        ]
        return [f"{name}: {why.removesuffix('.')}." for name, why in [*rows, *verdicts] if why]

    def failures(self) -> list[str]:
        """What leaves its tolerance or contradicts what is expected, a sentence each."""
        found = []
        for row in self.rows:
            name = row.experiment.name
            found += [f"{name}: {fault}" for fault in row.faults]
            if row.stated and not row.missing and not row.runs and not row.faults:
                found.append(f"{name}: it hasn't been run.")
            elif row.stated and 0 < row.runs < row.planned:
                found.append(f"{name}: {row.runs} of {row.planned} runs are finished.")
            for held in row.stated:
                if row.runs and held.measured is None:
                    found.append(f"{name}: {held.reported.outcome} is not there.")
                elif held.within is False:
                    found.append(
                        f"{name}: {held.reported.outcome} is {held.measured:.4f}, "
                        f"not within {held.reported.tolerance:g} of {held.reported.value:g}."
                    )
        for verdict in self.verdicts:
            if verdict.as_expected is False:
                found.append(f"{verdict.finding.name}: it is {verdict.word}: {verdict.why}.")
            if verdict.held is None and not self._excused(verdict):
                found.append(f"{verdict.finding.name}: {verdict.why}.")
        return found

    def _excused(self, verdict: Verdict) -> bool:
        """Whether a finding lacks figures that can't be had here, or are not asked for."""
        shown = {row.experiment.name: row for row in self.rows}
        return any(name not in shown or shown[name].missing for name in verdict.lacking)


def _why_skipped(row: Row) -> str | None:
    """Why nothing of a row can be held against anything; None where something can."""
    if row.runs or row.faults or (row.stated and not row.missing):
        return None
    return row.missing or "it hasn't been run"


def figures_of_run(run: PlannedRun) -> dict[str, float]:
    """Return what is measured of a run, by the keys of ``OUTCOMES``, as far as it is known."""
    lines = run.run.metrics()
    if not lines:
        return {}
    accuracies = _all_of(lines, "val_acc")
    losses = _all_of(lines, "train_loss")
    best = best_of(lines)
    status = run.run.status()
    figures = {
        "best_acc": best[1]["val_acc"] if best else None,
        **late_accuracies(lines),
        "best_running_acc": max(_all_of(lines, "val_acc_running"), default=None),
        "best_last_batch_acc": max(_all_of(lines, "val_acc_last_batch"), default=None),
        "test_acc": status.get("test_acc"),
        "train_loss": lines[-1].get("train_loss"),
        "last5_train_loss": fmean(losses[-LAST:]) if losses else None,
        "fluctuation": _fluctuation(accuracies),
        "minutes": status["seconds"] / 60 if status.get("seconds") else None,
    }
    assert figures.keys() == OUTCOMES.keys()
    return {name: value for name, value in figures.items() if value is not None}


def _all_of(lines: Sequence[Mapping[str, Any]], key: str) -> list[float]:
    return [line[key] for line in lines if line.get(key) is not None]


def _fluctuation(values: Sequence[float]) -> float | None:
    """The mean absolute change from one epoch to the next, over the last half."""
    late = values[len(values) // 2 :]
    changes = [abs(after - before) for before, after in itertools.pairwise(late)]
    return fmean(changes) if changes else None


def results_of(
    study: Study,
    planned: Sequence[PlannedRun],
    missing: Mapping[str, str],
    failed: Mapping[str, str] | None = None,
) -> StudyResults:
    """Read what the runs of a study have left behind.

    Args:
        missing: why experiments can't be run here, by their names.
        failed: why runs failed, by theirs.
    """
    by_experiment = {
        experiment.name: [run for run in planned if run.experiment.name == experiment.name]
        for experiment in study.experiments
    }
    baseline = next(
        (name for name, runs in by_experiment.items() if any(run.finished for run in runs)), None
    )
    rows = []
    for experiment in study.experiments:
        runs = by_experiment[experiment.name]
        done = [run for run in runs if run.finished]
        beside = None
        if baseline is not None and experiment.name != baseline and done:
            beside = _against(done, [run for run in by_experiment[baseline] if run.finished])
        row = _row(experiment, done, len(runs), beside, missing.get(experiment.name))
        rows.append(dataclasses.replace(row, faults=_faults(runs, failed or {})))
    return StudyResults(study, tuple(rows), verdicts_on(study, rows), baseline)


def verdicts_on(study: Study, rows: Sequence[Row]) -> tuple[Verdict, ...]:
    """Hold what is said of experiments together against their rows."""
    return tuple(
        judge(finding, {row.experiment.name: row.mean(finding.outcome) for row in rows})
        for finding in study.findings
    )


def _faults(runs: Sequence[PlannedRun], failed: Mapping[str, str]) -> tuple[str, ...]:
    faults = [f"{run.name} failed: {failed[run.name]}" for run in runs if run.name in failed]
    for run in runs:
        if os.path.lexists(run.run.record_file):
            faults += _damage(run)
    return tuple(faults)


def _damage(run: PlannedRun) -> list[str]:
    """What is damaged of a run that has begun, a sentence each."""
    try:
        run.run.record()
    except RunError as error:
        return [str(error)]
    if not run.finished:
        return run.run.damage_of_status()
    return run.run.damage() + damage_of_predictions(run.run)


def _row(
    experiment: Experiment,
    done: Sequence[PlannedRun],
    planned: int,
    beside: Against | None,
    missing: str | None,
) -> Row:
    measured = [figures_of_run(run) for run in done]
    figures = {
        name: spread([run[name] for run in measured])
        for name in OUTCOMES
        if measured and all(name in run for run in measured)
    }
    return Row(
        experiment,
        len(done),
        planned,
        figures,
        hold(experiment, figures),
        _interval(done, "val"),
        _interval(done, "test"),
        beside,
        missing if not done else None,
        tuple(run.diverged for run in done if run.diverged is not None),
    )


def hold(
    experiment: Experiment, figures: Mapping[str, tuple[float, float | None]]
) -> tuple[Held, ...]:
    """Hold what was reported of an experiment against what is measured.

    Args:
        figures: (mean, standard deviation) by outcome.
    """
    held = []
    for one in experiment.reported:
        value = figures[one.outcome][0] if one.outcome in figures else None
        within = None
        if value is not None and one.tolerance is not None:
            within = abs(value - one.value) <= one.tolerance
        held.append(Held(one, value, within))
    return tuple(held)


def _interval(done: Sequence[PlannedRun], split: str) -> Interval | None:
    return interval_of(done[0].run, split) if len(done) == 1 else None


def _against(runs: Sequence[PlannedRun], baseline: Sequence[PlannedRun]) -> Against | None:
    """Compare the runs of an experiment with those of the baseline, by what they have in common."""
    split = "test" if runs[0].config.holds_out_test else "val"
    outcome = "test_acc" if split == "test" else "best_acc"
    pairs = [
        (first, second)
        for first in baseline
        for second in runs
        if (first.seed, first.fold) == (second.seed, second.fold)
    ]
    if len(pairs) > 1:
        folds = runs[0].experiment.folds
        figures = [tuple(figures_of_run(run).get(outcome) for run in pair) for pair in pairs]
        known = [(a, b) for a, b in figures if a is not None and b is not None]
        result = paired([a for a, _ in known], [b for _, b in known], folds)
        return None if result is None else Against(result.difference, result.p, "paired t")
    return against(pairs[0][1].run, pairs[0][0].run, split) if pairs else None
