"""The table of a study: a row an experiment, with what each figure is worth."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Mapping, Sequence
from typing import Any

from dlvc_cli.experiments.outcomes import Row, StudyResults
from dlvc_cli.experiments.study import OUTCOMES
from dlvc_cli.reporting.formats import decimals
from dlvc_cli.reporting.worth import difference, interval
from dlvc_cli.runs.statistics import LEVEL, Interval

__all__ = ["as_csv", "as_json", "as_markdown", "cells", "notes"]

# What a reported figure is called in a cell.
_SHORT = {
    "best_acc": "best",
    "last_acc": "last",
    "last5_acc": "last 5",
    "best_running_acc": "corrected",
    "best_last_batch_acc": "last batch",
    "test_acc": "test",
    "train_loss": "loss",
    "last5_train_loss": "loss",
    "fluctuation": "fluctuation",
    "minutes": "minutes",
}


def cells(results: StudyResults) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of text."""
    tested = any("test_acc" in row.figures for row in results.rows)
    several = any(row.planned > 1 for row in results.rows)
    # Beside what was reported, or else alone, how far a row has come.
    reports = any(row.reported for row in results.rows)
    states = not reports and any(_state(row) for row in results.rows)
    headings = ["experiment"]
    headings += ["reported", "measured"] if reports else ["state"] if states else []
    headings += ["best *", "95 %", "last", "last 5"]
    headings += ["test"] if tested else []
    headings += ["against the first", "minutes"]
    headings += ["runs"] if several else []
    known = [_cells(row) for row in results.rows]
    return headings, [[row[heading] for heading in headings] for row in known]


def _cells(row: Row) -> dict[str, str]:
    """All that the table can hold of a row, by heading."""
    reported = [f"{held.reported.value:g} {_SHORT[held.reported.outcome]}" for held in row.reported]
    measured = [decimals(held.measured) + _MARKS[held.within] for held in row.reported]
    state = _state(row)
    return {
        "experiment": row.experiment.name,
        "reported": "\n".join(reported),
        "measured": "\n".join([*state, *(measured if row.runs else [])]),
        "state": "\n".join(state),
        "best *": _figure(row, "best_acc"),
        "95 %": _interval(row.interval),
        "last": _figure(row, "last_acc"),
        "last 5": _figure(row, "last5_acc"),
        "test": _with_interval(row),
        "against the first": difference(
            None if row.against is None else dataclasses.asdict(row.against)
        ),
        "minutes": decimals(row.mean("minutes"), 1) if row.mean("minutes") is not None else "",
        "runs": f"{row.runs}/{row.planned}",
    }


def _state(row: Row) -> list[str]:
    if row.diverged:
        return ["diverged" if row.runs == 1 else f"{len(row.diverged)} of {row.runs} diverged"]
    if row.missing:
        return ["can't run here"]
    return [] if row.runs else ["not run"]


_MARKS: Mapping[bool | None, str] = {True: " ok", False: " off", None: ""}


def _figure(row: Row, outcome: str) -> str:
    if outcome not in row.figures:
        return ""
    mean, deviation = row.figures[outcome]
    return f"{mean:.4f}" if deviation is None else f"{mean:.4f} ± {deviation:.4f}"


def _with_interval(row: Row) -> str:
    found = _interval(row.test_interval)
    return _figure(row, "test_acc") + (f" ({found})" if found else "")


def _interval(found: Interval | None) -> str:
    return interval(None if found is None else dataclasses.asdict(found))


def notes(results: StudyResults) -> list[str]:
    """Return what must be known to read the table, a sentence each."""
    found = [
        "* The best of all epochs is chosen on the very images that it is measured on, and "
        "flatters; the last epoch, and the mean of the last five, are not chosen.",
        "95 %: Wilson's interval of one run's accuracy on these images. With several seeds or "
        "folds, mean ± standard deviation instead.",
    ]
    if any("test_acc" in row.figures for row in results.rows):
        found.append(
            "Test: of the best network, on images that were held out of its training and of every "
            "choice; so is the comparison with the first, where both have one."
        )
    if results.baseline is not None:
        found.append(
            f"Against {results.baseline}: the difference in accuracy, and how probable it is by "
            "chance alone, over the seeds and folds that both have: a paired t-test, or of one "
            "such pair the exact McNemar test on the same images. From p "
            f"{LEVEL:g} on it may be chance."
        )
    names = {held.reported.outcome for row in results.rows for held in row.reported}
    found += [f"{_SHORT[name]}: {OUTCOMES[name]}." for name in OUTCOMES if name in names]
    return found


def as_markdown(results: StudyResults, drawn: Sequence[str] = ()) -> str:
    """Return the table, what must be known to read it, and the findings, as Markdown.

    Args:
        drawn: names of figures that lie beside it.
    """
    headings, rows = cells(results)
    lines = [f"# {results.study.title}", ""]
    lines += [_line(headings), _line(["---"] * len(headings))]
    lines += [_line([_escaped(cell) for cell in row]) for row in rows]
    lines += ["", *(f"- {_escaped(note)}" for note in notes(results))]
    lines += [
        f"- {_escaped(row.experiment.name)}: {_escaped(text)}"
        for row in results.rows
        for text in (row.missing, *row.diverged, row.experiment.note)
        if text
    ]
    if results.verdicts:
        lines += ["", "## Findings", ""]
    for verdict in results.verdicts:
        lines.append(
            f"- {_escaped(verdict.finding.says)} **{verdict.word}**: {_escaped(verdict.why)}."
        )
    for figure in results.study.figures:
        if figure.name in drawn:
            lines += ["", f"![{_escaped(figure.title)}]({figure.name}.png)"]
    return "\n".join(lines) + "\n"


def _line(values: list[str]) -> str:
    return "| " + " | ".join(values) + " |"


def _escaped(text: str) -> str:
    return text.replace("|", r"\|").replace("<", "&lt;").replace("\n", "<br>")


def as_csv(results: StudyResults) -> str:
    """Return a row an experiment: every figure's mean, deviation and reported value."""
    output = io.StringIO()
    names = list(OUTCOMES)
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(
        ["experiment", "runs", "planned"]
        + [f"{name}{suffix}" for name in names for suffix in ("", "_std", "_reported")]
        + ["best_acc_low", "best_acc_high", "difference", "p", "missing", "diverged"]
    )
    for row in results.rows:
        reported = {held.reported.outcome: held.reported.value for held in row.reported}
        values: list[Any] = [row.experiment.name, row.runs, row.planned]
        for name in names:
            mean, deviation = row.figures.get(name, (None, None))
            values += [mean, deviation, reported.get(name)]
        values += [row.interval.low, row.interval.high] if row.interval else [None, None]
        values += [row.against.difference, row.against.p] if row.against else [None, None]
        values += [row.missing, " ".join(row.diverged)]
        writer.writerow(values)
    return output.getvalue()


def as_json(results: StudyResults) -> list[dict[str, Any]]:
    """Return a plain dictionary an experiment."""
    return [
        {
            "name": row.experiment.name,
            "runs": row.runs,
            "planned": row.planned,
            "missing": row.missing,
            "diverged": list(row.diverged),
            "figures": {
                name: {"mean": mean, "std": deviation}
                for name, (mean, deviation) in row.figures.items()
            },
            "interval": [row.interval.low, row.interval.high] if row.interval else None,
            "reported": [
                {
                    "outcome": held.reported.outcome,
                    "value": held.reported.value,
                    "tolerance": held.reported.tolerance,
                    "measured": held.measured,
                    "within": held.within,
                }
                for held in row.reported
            ],
            "against": None
            if row.against is None
            else {
                "baseline": results.baseline,
                "difference": row.against.difference,
                "p": row.against.p,
                "test": row.against.test,
            },
        }
        for row in results.rows
    ]
