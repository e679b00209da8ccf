"""A study as its folder remembers it: ``study.json``, by which its page can be made again.

It holds what was asked for, in the form of a study's file, and the runs that were planned, so that
neither plugins nor weights nor data have to be there to look at what came out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import RunError, UsageError
from dlvc_cli.experiments.findings import Finding
from dlvc_cli.experiments.planned_runs import PlannedRun
from dlvc_cli.experiments.study import Experiment, Study
from dlvc_cli.experiments.study_file import study_from
from dlvc_cli.experiments.study_folders import STUDY_FILE
from dlvc_cli.files import read_json, write_json
from dlvc_cli.runs.directory import RunDir

__all__ = ["KeptStudy", "keep_study", "read_kept_study"]

_FORMAT = 1


@dataclass(frozen=True)
class KeptStudy:
    """A study that was planned.

    Attributes:
        planned: its runs, in the folder that it was read from.
        missing: why experiments couldn't be run, by name.
    """

    study: Study
    planned: tuple[PlannedRun, ...]
    missing: dict[str, str]


def keep_study(
    folder: Path, study: Study, planned: Sequence[PlannedRun], missing: Mapping[str, str]
) -> None:
    """Write what a study is into its folder.

    Raises:
        RunError: the file can't be written.
    """
    runs = [
        {
            "experiment": run.experiment.name,
            "seed": run.seed,
            "fold": run.fold,
            "config": run.config.to_dict(),
            "command": run.command,
            "folder": run.run.path.name,
        }
        for run in planned
    ]
    known = {"format": _FORMAT, "name": study.name, "study": _values(study)}
    write_json(folder / STUDY_FILE, known | {"runs": runs, "missing": dict(missing)})


def _values(study: Study) -> dict[str, Any]:
    """A study as a file of one holds it, with every experiment written out."""
    return {
        "title": study.title,
        "experiment": [_experiment_values(experiment) for experiment in study.experiments],
        "finding": [_finding_values(finding) for finding in study.findings],
        "figure": [dataclasses.asdict(figure) for figure in study.figures],
    }


def _experiment_values(experiment: Experiment) -> dict[str, Any]:
    reported = {
        one.outcome: {"value": one.value}
        | ({} if one.tolerance is None else {"tolerance": one.tolerance})
        for one in experiment.reported
    }
    values = {**experiment.options, "name": experiment.name, "seeds": list(experiment.seeds)}
    values |= {"reported": reported, "note": experiment.note}
    return values if experiment.folds is None else values | {"folds": experiment.folds}


def _finding_values(finding: Finding) -> dict[str, Any]:
    values = dataclasses.asdict(finding)
    values[values.pop("test")] = values.pop("outcome")
    if not finding.among:
        del values["among"]
    return values


def read_kept_study(folder: Path) -> KeptStudy:
    """Read what a study is from its folder.

    Raises:
        RunError: it can't be read, or what it says is damaged; where is said.
    """
    file = folder / STUDY_FILE
    try:
        values = read_json(file)
    except OSError as error:
        raise RunError(f"{file} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise _damaged(file, str(error)) from error
    kept = _Kept(file, values)
    if kept.of(values, "format", int) > _FORMAT:
        raise RunError(f"{file} was written by a later version of dlvc. Update dlvc.")
    name, told = kept.of(values, "name", str), kept.of(values, "study", dict)
    try:
        study = study_from(told, name, "study")
    except UsageError as error:
        raise _damaged(file, str(error).rstrip(".")) from error
    planned = kept.planned(study, folder)
    missing = kept.of(values, "missing", dict)
    return KeptStudy(study, planned, {str(name): str(why) for name, why in missing.items()})


def _damaged(file: Path, what: str) -> RunError:
    return RunError(f"{file} is damaged: {what}. Run the study again to have it anew.")


class _Kept:
    """Reads values from outside, and says which file is damaged where they aren't what they are.

    Args:
        file: that they are from.
        values: all that it holds.
    """

    def __init__(self, file: Path, values: Any) -> None:
        self._file, self._values = file, values

    def damaged(self, what: str) -> RunError:
        return _damaged(self._file, what)

    def of(self, values: Any, key: str, kind: type) -> Any:
        value = values.get(key) if isinstance(values, dict) else None
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.damaged(f"{key} is not what it should be")
        return value

    def planned(self, study: Study, folder: Path) -> tuple[PlannedRun, ...]:
        """The runs, each of one of the study's experiments."""
        entries = self.of(self._values, "runs", list)
        runs = [self._run(entry, study, folder) for entry in entries]
        found = []
        for run in runs:
            own = [one for one in runs if one.experiment.name == run.experiment.name]
            # As they were planned, which may be other seeds and folds than the study's own.
            seeds = tuple(dict.fromkeys(one.seed for one in own))
            folds = None if run.fold is None else int(run.fold.partition("/")[2])
            experiment = dataclasses.replace(run.experiment, seeds=seeds, folds=folds)
            found.append(dataclasses.replace(run, experiment=experiment))
        return tuple(found)

    def _run(self, entry: Any, study: Study, folder: Path) -> PlannedRun:
        name = self.of(entry, "experiment", str)
        experiment = next((one for one in study.experiments if one.name == name), None)
        if experiment is None:
            raise self.damaged(f"a run is of {name!r}, which is no experiment")
        place = self.of(entry, "folder", str)
        if place in ("", ".", "..") or Path(place).name != place or "\0" in place:
            raise self.damaged(f"{place!r} is no folder's name")
        try:
            config = TrainConfig.from_dict(self.of(entry, "config", dict), "config")
        except UsageError as error:
            raise self.damaged(f"in the config of {place}, {str(error).rstrip('.')}") from error
        except TypeError as error:
            raise self.damaged(f"the config of {place} is no whole one") from error
        seed = self.of(entry, "seed", int)
        if (seed, entry.get("fold")) != (config.seed, config.fold):
            raise self.damaged(f"{place} has another seed or fold than its config")
        command = self.of(entry, "command", str)
        run = RunDir(folder / "runs" / place)
        return PlannedRun(experiment, seed, config.fold, config, command, run)
