"""A study's report in a browser."""

from __future__ import annotations

import pytest
from helpers.reports import made_run, open_report

from dlvc_cli.api.study_job import plan_study_job
from dlvc_cli.experiments.study_file import read_study

STUDY = """
title = "Ways & <means>"

[defaults]
model = "cnn"
data = "toy-pets"

[[experiment]]
name = "plain"
reported = { best_acc = { value = 0.5, tolerance = 0.5 } }

[[experiment]]
name = "<b>flip</b>"
aug = "flip"

[[experiment]]
name = "not run"
aug = "crop"

[[finding]]
name = "flips"
says = "Flips help."
experiments = ["<b>flip</b>"]
among = ["plain", "<b>flip</b>"]
expect = "refuted"
highest = "best_acc"

[[figure]]
name = "fig1"
title = "Fig. 1: accuracy"
draws = "val_acc"
experiments = ["*"]
"""


@pytest.fixture
def report(tmp_path, own_folder):
    (tmp_path / "ways.toml").write_text(STUDY)
    job = plan_study_job(read_study(tmp_path / "ways.toml"), folder=tmp_path / "study")
    for number, planned in enumerate(job.planned[:2]):
        made_run(planned.run.path, ["cat", "dog"], seed=number)
    job.report(tmp_path / "report.html")
    return tmp_path / "report.html"


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1400, "dark")])
def test_the_table_is_sorted_and_curves_are_those_of_the_figure(browser, report, width, scheme):
    page = open_report(
        browser, report, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("h1").inner_text() == "Ways & <means>"
    table = page.get_by_role("region", name="Experiments")
    names = table.locator("tbody th")
    assert names.all_inner_texts() == ["plain", "<b>flip</b>", "not run"]
    head = table.locator("thead th", has_text="best *")
    cells = table.locator("tbody td:nth-child(4)")
    for order in ("descending", "ascending"):
        head.locator("button").press("Enter")
        assert head.get_attribute("aria-sort") == order
        *known, missing = cells.all_inner_texts()
        values = [float(text) for text in known]
        assert values == sorted(values, reverse=order == "descending") and missing == ""
    assert table.locator("tbody td", has_text="0.5 best").count() == 1
    assert page.get_by_role("region", name="Findings").locator("tbody tr").count() == 1
    assert page.locator("#figure-1 label").all_inner_texts() == ["plain", "<b>flip</b>"]
    assert page.trouble == [report.as_uri()]
