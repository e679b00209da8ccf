"""The report of several runs beside one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlvc_cli.reporting.formats import decimals
from dlvc_cli.reporting.page_parts.markup import Markup, scrolling, table, tag
from dlvc_cli.reporting.pages.curve_data import curve_figure, figure_markup
from dlvc_cli.reporting.pages.report_file import Report, command_line, section
from dlvc_cli.reporting.run_options import differing_options
from dlvc_cli.reporting.training.measures import MEASURES, is_share
from dlvc_cli.reporting.worth import AGAINST, BEST_FLATTERS, difference, interval

__all__ = ["comparison_report"]


def comparison_report(rows: Sequence[Mapping[str, Any]], measures: Sequence[str]) -> Report:
    """Return the page of runs, as ``compare`` describes them.

    Args:
        rows: a run each; the first is what the others are held against.
        measures: keys of ``metrics.jsonl``, a figure each.
    """
    options = differing_options(rows)
    headings = ["run", *options, "epochs", "best", "95 %", "last", "last 5", "against the first"]
    cells = [
        [
            row["name"],
            *(column[k] for column in options.values()),
            f"{row['epoch']}/{row['epochs']}",
            decimals(row["best_acc"]),
            interval(row["interval"]),
            decimals(row["last_acc"]),
            decimals(row["last5_acc"]),
            difference(row["against_first"]),
            "" if row["seconds"] is None else decimals(row["seconds"] / 60, 1),
        ]
        for k, row in enumerate(rows)
    ]
    figures: list[dict[str, Any]] = []
    curves: list[Markup] = []
    for key in measures:
        known = [(row["name"], row["metrics"], key) for row in rows]
        data = curve_figure(f"curves-{key}", known, losses=not is_share(key))
        if data is not None:
            figures.append(data)
            label = MEASURES[key].capitalize()
            curves.append(section(label, figure_markup(data["id"], label)))
    runs = section(
        "Runs",
        scrolling("Runs", table([*headings, "minutes"], cells, sortable=True)),
        tag("p", BEST_FLATTERS, class_="note"),
        tag("p", AGAINST.format(first=rows[0]["name"]), class_="note"),
        full=True,
    )
    again = [[tag("h3", row["name"]), command_line(row["summary"])] for row in rows]
    title = f"{len(rows)} runs compared"
    return Report(title, "", [runs, *curves, section("Commands", again, full=True)], figures)
