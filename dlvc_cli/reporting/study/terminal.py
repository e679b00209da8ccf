"""The table of a study in a terminal."""

from __future__ import annotations

from dlvc_cli.experiments.outcomes import StudyResults
from dlvc_cli.reporting.console import plain_text, results_console
from dlvc_cli.reporting.output import say
from dlvc_cli.reporting.plain_table import PlainTable
from dlvc_cli.reporting.study.study_table import cells, notes

__all__ = ["print_study"]


def print_study(results: StudyResults) -> None:
    """Print the table, what must be known to read it, and the findings."""
    headings, rows = cells(results)
    table = PlainTable()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(plain_text, row))
    results_console().print(table)
    for note in notes(results):
        say(note)
    for one in results.rows:
        if one.missing:
            say(f"{one.experiment.name} can't run here: {one.missing}")
        for text in one.diverged:
            say(f"{one.experiment.name}: {text}")
    for verdict in results.verdicts:
        say(f"{verdict.finding.says} {verdict.word}: {verdict.why}.")
