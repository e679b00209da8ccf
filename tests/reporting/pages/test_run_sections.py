"""A run's report in a browser: it shows what it should, by mouse and keyboard, and asks nothing."""

from __future__ import annotations

import re
import sys

import pytest
from helpers.reports import made_run, open_report

from dlvc_cli.api.reports import REPORT, report_run, write_run_report

ODD = ["cat", "<img src=x onerror=alert(1)>"]


@pytest.fixture
def report(tmp_path):
    run = made_run(tmp_path / "<i>run & more", ODD)
    report_run(run, run.path / REPORT)
    return run.path / REPORT


def contrast(page, selector):
    """The contrast of an element's text with what lies behind it (WCAG 2.2, 1.4.3)."""
    script = """selector => {
      const element = document.querySelector(selector);
      const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      const shades = [getComputedStyle(element).color];
      for (let each = element; each; each = each.parentElement) {
        shades.splice(1, 0, getComputedStyle(each).backgroundColor);
      }
      const light = (colours) => {
        for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
        const parts = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => {
          const share = part / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
      };
      const [ink, ...papers] = shades;
      const both = [light(papers), light([...papers, ink])].sort((a, b) => b - a);
      return (both[0] + 0.05) / (both[1] + 0.05);
    }"""
    return page.evaluate(script, selector)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1400, "light")])
def test_a_report_fits_and_can_be_read(browser, report, width, scheme):
    page = open_report(
        browser, report, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("h1").inner_text() == "<i>run & more"
    assert page.locator(".matrix tbody th").all_inner_texts() == ODD
    assert page.locator("dd", has_text="folder:<b>pets</b>").count() > 0
    assert page.get_by_text("Images are left out").count() == 1
    assert page.locator("img").count() == page.locator("b", has_text="pets").count() == 0
    for selector in ("h1", "header p", ".matrix td.right", "thead button", ".note", "dt", "code"):
        assert contrast(page, selector) > 4.5, selector
    assert page.trouble == [report.as_uri()]


def test_curves_are_read_by_mouse_and_by_keyboard(browser, report):
    page = open_report(browser, report, viewport={"width": 1400, "height": 900})
    canvas, readout = page.locator("#losses canvas"), page.locator("#losses output")
    assert readout.inner_text() == "epoch 6"
    canvas.focus()
    page.keyboard.press("Home")
    assert readout.inner_text() == "epoch 1"
    page.keyboard.press("ArrowRight")
    said = canvas.get_attribute("aria-valuetext")
    assert said == "epoch 2: training loss 0.5000, validation loss 0.7500"
    box = canvas.bounding_box()
    # The chart's margins are 52 and 10 pixels.
    page.mouse.move(box["x"] + 52 + (box["width"] - 62) / 2, box["y"] + 60)
    assert readout.inner_text() == "epoch 3"
    # By keyboard: canvas, then the legend's boxes.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "checkbox"


def test_tables_are_sorted_by_their_headings(browser, report):
    page = open_report(browser, report)
    head = page.locator("thead th", has_text="recall")
    cells = page.locator("table.sortable tbody tr:has(td:nth-child(4):last-child) td:last-child")
    for order in ("descending", "ascending"):
        head.locator("button").press("Enter")
        assert head.get_attribute("aria-sort") == order
        values = [float(text) for text in cells.all_inner_texts()]
        assert values == sorted(values, reverse=order == "descending")


def test_of_many_classes_the_most_confused_pairs_are_named(tmp_path):
    run = made_run(tmp_path / "many", [f"class {k}" for k in range(200)])
    report_run(run, run.path / REPORT)
    text = (run.path / REPORT).read_text()
    assert "200 classes are too many" in text and 'class="matrix"' not in text
    assert len(text) < 1_000_000


def test_a_report_lacks_what_the_run_has_not_kept(tmp_path):
    run = made_run(tmp_path / "bare", ["cat", "dog"])
    run.predictions_file().unlink()
    report_run(run, run.path / REPORT)
    assert "has not kept what its best network says" in (run.path / REPORT).read_text()


def test_a_report_needs_no_torch_and_no_network(tmp_path, report):
    text = report.read_text()
    assert not re.search(r"(?:src|href)=\"(?!data:)|url\(|@import", text)
    assert "dlvc_cli.reporting.pages.run_sections" in sys.modules


def test_a_failure_is_only_said(tmp_path):
    run = made_run(tmp_path / "run", ["cat", "dog"])
    run.record_file.write_text("{}")
    said = []
    write_run_report(run, said.append)
    assert len(said) == 1 and "could not be written" in said[0]


def test_of_a_run_that_was_cut_off_it_says_so(tmp_path):
    run = made_run(tmp_path / "run", ["cat", "dog"])
    run.write_status({"state": "running", "epoch": 6, "epochs": 9, "best_epoch": 6}, run.metrics())
    report_run(run, run.path / REPORT)
    page = (run.path / REPORT).read_text()
    assert "The run is cut off: 6 of 9 epochs are done, and all figures are of these." in page
    assert f"dlvc train --resume {run.path} goes on." in page and "Confusion matrix" in page
    # Before its first epoch has ended, too.
    run.status_file.unlink()
    run.metrics_file.unlink()
    report_run(run, run.path / REPORT)
    page = (run.path / REPORT).read_text()
    assert "No epoch is finished." in page and "The run is cut off: 0 of 100 epochs" in page
