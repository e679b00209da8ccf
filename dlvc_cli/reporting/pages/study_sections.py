"""The report of a study: its table with reported beside measured, findings, and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlvc_cli.experiments.outcomes import StudyResults
from dlvc_cli.experiments.planned_runs import PlannedRun
from dlvc_cli.reporting.page_parts.markup import Markup, scrolling, table, tag
from dlvc_cli.reporting.pages.curve_data import curve_figure, figure_markup
from dlvc_cli.reporting.pages.report_file import Report, section
from dlvc_cli.reporting.study.figures import curves_of
from dlvc_cli.reporting.study.study_table import cells, notes
from dlvc_cli.reporting.training.measures import is_share

__all__ = ["study_report"]


def study_report(results: StudyResults, planned: Sequence[PlannedRun]) -> Report:
    """Return the page of a study, from what its runs have left behind."""
    study = results.study
    headings, rows = cells(results)
    figures: list[dict[str, Any]] = []
    curves: list[Markup] = []
    for number, figure in enumerate(study.figures, start=1):
        known = [(name, lines, figure.draws) for name, lines in curves_of(study, planned, figure)]
        data = curve_figure(f"figure-{number}", known, losses=not is_share(figure.draws))
        if data is not None:
            figures.append(data)
            curves.append(section(figure.title, figure_markup(data["id"], figure.title)))
    done = sum(row.runs for row in results.rows)
    about = f"{len(rows)} experiments, {done} of {len(planned)} runs are finished"
    sections = [
        section(
            "Experiments",
            scrolling("Experiments", table(headings, rows, sortable=True)),
            tag("div", [tag("p", text) for text in notes(results)], class_="note"),
            full=True,
        ),
        *_findings(results),
        *curves,
        *_remarks(results),
    ]
    return Report(study.title, about, sections, figures)


def _findings(results: StudyResults) -> list[Markup]:
    if not results.verdicts:
        return []
    rows = [[one.finding.says, one.word, one.why] for one in results.verdicts]
    found = table(["finding", "it is", "why"], rows, sortable=True)
    return [section("Findings", scrolling("Findings", found), full=True)]


def _remarks(results: StudyResults) -> list[Markup]:
    said = [
        [tag("dt", row.experiment.name), tag("dd", text)]
        for row in results.rows
        for text in (row.missing, *row.diverged, row.experiment.note)
        if text
    ]
    return [section("Notes", tag("dl", said), full=True)] if said else []
