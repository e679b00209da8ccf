"""A study in a TOML file.

``[defaults]`` holds options that all experiments share, by their names on the command line; each
``[[experiment]]`` has a ``name``, options of its own, and perhaps ``seeds``, ``folds``, ``sweep``
(options with lists of values: an experiment for each combination), ``reported`` and ``note``.
``[[finding]]`` and ``[[figure]]`` speak of experiments by patterns of names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dlvc_cli.config.options import check_keys
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import UsageError
from dlvc_cli.experiments.findings import TESTS, Finding, matching
from dlvc_cli.experiments.product import combinations, word_of
from dlvc_cli.experiments.study import OUTCOMES, Experiment, Figure, Reported, Study
from dlvc_cli.files import open_regular
from dlvc_cli.runs.schema import is_number

__all__ = ["read_study", "study_from"]

_TOP = {"title", "defaults", "experiment", "finding", "figure"}
_OF_EXPERIMENT = {"name", "seeds", "folds", "sweep", "reported", "note"}
_OF_FINDING = {"name", "says", "expect", "experiments", "among", "value", "tolerance", *TESTS}
_OF_FIGURE = {"name", "title", "draws", "experiments"}
_CURVES = (
    "train_loss",
    "train_acc",
    "val_loss",
    "val_acc",
    "val_acc_running",
    "val_acc_last_batch",
)


def read_study(file: Path) -> Study:
    """Read a study.

    Raises:
        UsageError: the file can't be read, or something in it is wrong; where is said.
    """
    try:
        with open_regular(file) as opened:
            values = tomllib.load(opened)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is no valid TOML: {error}.") from error
    return study_from(values, file.stem, str(file))


def study_from(values: Mapping[str, Any], name: str, file: str) -> Study:
    """Return the study that the values of a file stand for.

    Args:
        values: as TOML or JSON hold them.
        name: of the study.
        file: what messages call it.

    Raises:
        UsageError: something in it is wrong; where is said.
    """
    reader = _Reader(file)
    reader.keys(values, _TOP, "")
    defaults = reader.options(reader.table(values.get("defaults", {}), "defaults"), "[defaults]")
    experiments = [
        experiment
        for number, table in enumerate(reader.tables(values, "experiment"), start=1)
        for experiment in _experiments(reader, table, defaults, number)
    ]
    if not experiments:
        raise reader.wrong("", "there is no [[experiment]] in it")
    names = [experiment.name for experiment in experiments]
    for one in names:
        if names.count(one) > 1:
            raise reader.wrong("", f"two experiments are called {one!r}")
    return Study(
        name=name,
        title=reader.text(values.get("title", name), "title"),
        experiments=tuple(experiments),
        findings=tuple(_finding(reader, t, names) for t in reader.tables(values, "finding")),
        figures=tuple(_figure(reader, t, names) for t in reader.tables(values, "figure")),
    )


class _Reader:
    """Checks what a file holds, and says where it is wrong."""

    def __init__(self, file: str) -> None:
        self._file = file

    def wrong(self, place: str, what: str) -> UsageError:
        return UsageError(f"{self._file}{', ' + place if place else ''}: {what}.")

    def keys(self, values: Mapping[str, Any], known: set[str], place: str) -> None:
        unknown = sorted(set(values) - known)
        if unknown:
            raise self.wrong(
                place, f"there is no {', '.join(unknown)} here, but {', '.join(sorted(known))}"
            )

    def table(self, value: Any, place: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(place, f"it is a table of names and values, not {value!r}")
        return value

    def tables(self, values: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
        found = values.get(key, [])
        if not isinstance(found, list):
            raise self.wrong(key, f"write it as [[{key}]], once for each")
        return [self.table(item, key) for item in found]

    def text(self, value: Any, place: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(place, f"it is a text, not {value!r}")
        return value

    def texts(self, value: Any, place: str) -> tuple[str, ...]:
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not values:
            raise self.wrong(place, f"it is a name or a list of names, not {value!r}")
        return tuple(self.text(item, place) for item in values)

    def number(self, value: Any, place: str) -> float:
        if not is_number(value):
            raise self.wrong(place, f"it is a number, not {value!r}")
        return float(value)

    def count(self, value: Any, place: str, least: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.wrong(place, f"it is a whole number from {least}, not {value!r}")
        return value

    def one_of(self, value: Any, known: Sequence[str], place: str) -> str:
        if value not in known:
            raise self.wrong(place, f"it is one of {', '.join(known)}, not {value!r}")
        return str(value)

    def options(self, values: Mapping[str, Any], place: str) -> dict[str, Any]:
        """Options of training by field name, in which a dash may stand for an underscore."""
        options = {name.replace("-", "_"): value for name, value in values.items()}
        if "seed" in options:
            raise self.wrong(place, "say seeds = [0, 1] or a number of them, not seed")
        if "fold" in options:
            raise self.wrong(place, "say folds = 5, not fold")
        try:
            check_keys(
                TrainConfig,
                {name: value for name, value in options.items() if name != "preset"},
                place,
            )
        except UsageError as error:
            raise UsageError(f"{self._file}, {error}") from error
        return options


def _experiments(
    reader: _Reader, values: dict[str, Any], defaults: Mapping[str, Any], number: int
) -> list[Experiment]:
    """What one ``[[experiment]]`` stands for: itself, or one for each combination of a sweep."""
    name = reader.text(values.get("name"), f"experiment {number}, name")
    place = f"experiment {name!r}"
    own = {key: value for key, value in values.items() if key not in _OF_EXPERIMENT}
    options = {**defaults, **reader.options(own, place)}
    sweep = reader.table(values.get("sweep", {}), f"{place}, sweep")
    for key, items in sweep.items():
        if not isinstance(items, list) or not items:
            raise reader.wrong(f"{place}, sweep", f"{key} is a list of values, not {items!r}")
    made = []
    for varied in combinations({key.replace("-", "_"): items for key, items in sweep.items()}):
        asked = options | reader.options(varied, f"{place}, sweep")
        made.append(
            Experiment(
                name=_named(name, varied, reader, place),
                options=asked,
                seeds=_seeds(reader, values.get("seeds", 1), f"{place}, seeds"),
                folds=reader.count(values["folds"], f"{place}, folds", 2)
                if "folds" in values
                else None,
                reported=_reported(reader, values.get("reported", {}), f"{place}, reported"),
                note=reader.text(values.get("note", " ") or " ", f"{place}, note").strip()
                if values.get("note")
                else "",
            )
        )
    return made


def _named(name: str, varied: Mapping[str, Any], reader: _Reader, place: str) -> str:
    """An experiment's name, with a sweep's values where it has them in braces, else behind."""
    if not varied:
        return name
    if "{" not in name:
        return " ".join([name, *(f"{key}={word_of(value)}" for key, value in varied.items())])
    try:
        words = {key: word_of(value) for key, value in varied.items()}
        return name.format_map(words | {key.replace("_", "-"): words[key] for key in words})
    except (KeyError, IndexError, ValueError) as error:
        known = ", ".join("{" + key + "}" for key in varied)
        raise reader.wrong(place, f"of its sweep, a name may hold {known}") from error


def _seeds(reader: _Reader, value: Any, place: str) -> tuple[int, ...]:
    if isinstance(value, list):
        seeds = tuple(reader.count(item, place, 0) for item in value)
        if not seeds or len(set(seeds)) < len(seeds):
            raise reader.wrong(place, "it is a list of different whole numbers")
        return seeds
    return tuple(range(reader.count(value, place, 1)))


def _reported(reader: _Reader, values: Any, place: str) -> tuple[Reported, ...]:
    found = []
    for outcome, value in reader.table(values, place).items():
        reader.one_of(outcome, list(OUTCOMES), place)
        tolerance = None
        if isinstance(value, dict):
            reader.keys(value, {"value", "tolerance"}, f"{place}, {outcome}")
            if "tolerance" in value:
                tolerance = reader.number(value["tolerance"], f"{place}, {outcome}, tolerance")
            value = value.get("value")
        found.append(
            Reported(
                outcome=outcome,
                value=reader.number(value, f"{place}, {outcome}"),
                tolerance=tolerance,
            )
        )
    return tuple(found)


def _finding(reader: _Reader, values: dict[str, Any], names: Sequence[str]) -> Finding:
    name = reader.text(values.get("name"), "finding, name")
    place = f"finding {name!r}"
    reader.keys(values, _OF_FINDING, place)
    tests = [test for test in TESTS if test in values]
    if len(tests) != 1:
        raise reader.wrong(place, f"it has one of {', '.join(TESTS)}, which names a figure")
    finding = Finding(
        name=name,
        says=reader.text(values.get("says"), f"{place}, says"),
        expect=reader.one_of(values.get("expect", "held"), ("held", "refuted"), f"{place}, expect"),
        test=tests[0],
        outcome=reader.one_of(values[tests[0]], list(OUTCOMES), f"{place}, {tests[0]}"),
        experiments=reader.texts(values.get("experiments"), f"{place}, experiments"),
        among=reader.texts(values["among"], f"{place}, among") if "among" in values else (),
        value=reader.number(values.get("value", 0.0), f"{place}, value"),
        tolerance=reader.number(values.get("tolerance", 0.0), f"{place}, tolerance"),
    )
    if finding.test == "near" and not {"value", "tolerance"} <= values.keys():
        raise reader.wrong(place, "near needs a value and a tolerance")
    if finding.tolerance < 0:
        raise reader.wrong(place, "its tolerance is below 0")
    for patterns in (finding.experiments, *([] if finding.test == "near" else [finding.among])):
        _check_patterns(reader, patterns, names, place)
    meant = matching(finding.experiments, names)
    if finding.test != "near" and not set(matching(finding.among, names)) - set(meant):
        raise reader.wrong(place, "among names no other experiments to compare with")
    return finding


def _figure(reader: _Reader, values: dict[str, Any], names: Sequence[str]) -> Figure:
    name = reader.text(values.get("name"), "figure, name")
    place = f"figure {name!r}"
    reader.keys(values, _OF_FIGURE, place)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise reader.wrong(place, "its name is a file's: letters, digits, dots and dashes")
    figure = Figure(
        name=name,
        title=reader.text(values.get("title", name), f"{place}, title"),
        draws=reader.one_of(values.get("draws"), _CURVES, f"{place}, draws"),
        experiments=reader.texts(values.get("experiments"), f"{place}, experiments"),
    )
    _check_patterns(reader, figure.experiments, names, place)
    return figure


def _check_patterns(
    reader: _Reader, patterns: Sequence[str], names: Sequence[str], place: str
) -> None:
    for pattern in patterns:
        if not matching((pattern,), names):
            raise reader.wrong(place, f"no experiment is called {pattern!r}")
    if not patterns:
        raise reader.wrong(place, "it lacks among: experiments to compare with")
