"""A study's ``table.csv``, read back, so that its figures are held without any run."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path

from dlvc_cli.errors import UsageError
from dlvc_cli.experiments.outcomes import Row, StudyResults, hold, verdicts_on
from dlvc_cli.experiments.study import OUTCOMES, Study
from dlvc_cli.files import open_regular

__all__ = ["read_table"]


def read_table(file: Path, study: Study) -> StudyResults:
    """Read the figures of a study's experiments from a table that ``dlvc reproduce`` wrote.

    Experiments that it lacks have none; what it has beside them is left alone.

    Raises:
        UsageError: it cannot be read, or is no such table.
    """
    try:
        with open_regular(file) as opened:
            lines = list(csv.DictReader(io.StringIO(opened.read().decode())))
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{file} is no table of a study: {error}.") from error
    if not lines or not {"experiment", "runs", *OUTCOMES} <= lines[0].keys():
        raise UsageError(f"{file} is no table of a study: name the table.csv in a study's folder.")
    by_name = {line["experiment"]: line for line in lines}
    rows = []
    for experiment in study.experiments:
        line = by_name.get(experiment.name, {})
        figures = {
            name: (mean, _number(file, line, f"{name}_std"))
            for name in OUTCOMES
            if (mean := _number(file, line, name)) is not None
        }
        runs = int(_number(file, line, "runs") or 0)
        rows.append(
            Row(
                experiment,
                runs,
                int(_number(file, line, "planned") or runs),
                figures,
                hold(experiment, figures),
                missing=line.get("missing") or None,
                diverged=tuple(filter(None, [line.get("diverged")])),
            )
        )
    return StudyResults(study, tuple(rows), verdicts_on(study, rows), None)


def _number(file: Path, line: Mapping[str, str], column: str) -> float | None:
    text = line.get(column) or ""
    try:
        value = float(text) if text else None
    except ValueError:
        value = math.nan
    if value is not None and not math.isfinite(value):
        raise UsageError(
            f"{file}: {column} of {line.get('experiment')!r} is no number: {text[:40]!r}."
        )
    return value
