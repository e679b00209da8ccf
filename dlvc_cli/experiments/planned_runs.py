"""From a study to its runs: each with a complete configuration and a place, checked before any."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlvc_cli.config.plan import plan_training
from dlvc_cli.config.resolve import resolve_training
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import DlvcError, NotInstalled, UsageError
from dlvc_cli.events import json_text
from dlvc_cli.experiments.findings import matching
from dlvc_cli.experiments.study import Experiment, Study
from dlvc_cli.registry.registry import Registry
from dlvc_cli.runs.directory import RunDir, label_of

__all__ = ["PlannedRun", "chosen", "plan_study"]

# What says nothing of what comes out, or where it is made.
_ELSEWHERE = (
    "device",
    "threads",
    "tracker",
    "feature_cache",
    "image_cache",
    "rehash",
    "stream",
    "data",
)


@dataclass(frozen=True)
class PlannedRun:
    """One run of a study.

    Attributes:
        experiment: what it is of.
        seed, fold: in what it differs from the experiment's other runs; ``fold`` as ``2/5``.
        config: all that decides it.
        command: the command line that makes it.
        run: its place; it may not exist yet.
    """

    experiment: Experiment
    seed: int
    fold: str | None
    config: TrainConfig
    command: str
    run: RunDir

    @property
    def name(self) -> str:
        """What it is called in views: the experiment, and which of its runs."""
        which = [f"seed {self.seed}"] if len(self.experiment.seeds) > 1 or self.seed else []
        which += [f"fold {self.fold}"] if self.fold else []
        return ", ".join([self.experiment.name, *which])

    @property
    def finished(self) -> bool:
        """Whether it has come to its end, which is also that its training diverged."""
        status = self._status()
        return status.get("state") == "finished" or bool(status.get("diverged"))

    @property
    def diverged(self) -> str | None:
        """Why it ended where training left the finite numbers, as it would again; None if not."""
        status = self._status()
        return str(status["reason"]) if status.get("diverged") else None

    def _status(self) -> dict[str, Any]:
        """Its status; nothing of one that hasn't begun."""
        return self.run.status() if self.run.record_file.exists() else {}


def chosen(study: Study, patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the experiments that match a pattern, in their order; all of no patterns.

    Raises:
        UsageError: a pattern matches none.
    """
    names = [experiment.name for experiment in study.experiments]
    for pattern in patterns:
        if not matching((pattern,), names):
            known = ", ".join(names)
            raise UsageError(f"--only {pattern}: no experiment is called so. They are {known}.")
    return tuple(matching(patterns, names) if patterns else names)


def plan_study(
    registry: Registry,
    study: Study,
    folder: Path,
    changes: Mapping[str, Any],
    seeds: int | None = None,
    folds: int | None = None,
) -> tuple[list[PlannedRun], dict[str, str]]:
    """Plan every run of a study.

    Args:
        folder: of the study; its runs are in ``runs/``.
        changes: options for all experiments, which displace theirs.
        seeds, folds: how many, for all experiments, in the place of theirs.

    Returns:
        The runs; and why experiments can't be run here, by name: a package that isn't installed
        offers what they name.

    Raises:
        UsageError: an option of an experiment is wrong; which is said.
    """
    planned: list[PlannedRun] = []
    missing = {}
    for experiment in study.experiments:
        if seeds is not None:
            experiment = dataclasses.replace(experiment, seeds=tuple(range(seeds)))
        if folds is not None:
            experiment = dataclasses.replace(experiment, folds=folds)
        try:
            planned += _runs_of(registry, experiment, folder, changes)
        except NotInstalled as error:
            missing[experiment.name] = str(error)
        except DlvcError as error:
            raise UsageError(f"{experiment.name}: {error}") from error
    return planned, missing


def _runs_of(
    registry: Registry, experiment: Experiment, folder: Path, changes: Mapping[str, Any]
) -> list[PlannedRun]:
    options = {**experiment.options, **changes}
    preset = options.pop("preset", None)
    parts = experiment.folds
    folds = [f"{k}/{parts}" for k in range(1, parts + 1)] if parts else [None]
    planned = []
    for seed in experiment.seeds:
        for fold in folds:
            given = options | {"seed": seed} | ({"fold": fold} if fold else {})
            resolved = resolve_training(registry, given, None, preset)
            # Names of plugin objects are looked up, and their parameters checked.
            plan_training(registry, resolved)
            run = RunDir(folder / "runs" / _slug(experiment.name, seed, fold, resolved.config))
            planned.append(
                PlannedRun(experiment, seed, fold, resolved.config, resolved.command, run)
            )
    return planned


def _slug(name: str, seed: int, fold: str | None, config: TrainConfig) -> str:
    """A folder's name: readable, and another one where another result is to be expected."""
    words = re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.") or "experiment"
    # What is left at its default isn't told apart, so that an option that is added later leaves
    # the names of runs that are there.
    usual = {field.name: field.default for field in dataclasses.fields(TrainConfig)}
    values = {
        name: value
        for name, value in config.to_dict().items()
        if name not in _ELSEWHERE and value != usual[name]
    }
    # The same data may lie elsewhere, in another copy of the study.
    values["data"] = label_of(config.data or "")
    digest = hashlib.blake2b(json_text(values, sort_keys=True).encode(), digest_size=4).hexdigest()
    which = f"seed{seed}" + (f"-fold{fold.replace('/', 'of')}" if fold else "")
    return f"{words[:60]}-{which}-{digest}"
