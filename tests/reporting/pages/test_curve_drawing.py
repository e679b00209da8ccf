"""Charts of many curves: those of one colour differ in their dashes, and can be hidden."""

from __future__ import annotations

from helpers.reports import open_report

from dlvc_cli.reporting.pages.curve_data import curve_figure, figure_markup
from dlvc_cli.reporting.pages.report_file import Report, section, write_report

# What is set before each curve is stroked, and the colour of the stroke.
SPY = """
window.strokes = [];
const { setLineDash, stroke } = CanvasRenderingContext2D.prototype;
CanvasRenderingContext2D.prototype.setLineDash = function (dash) {
  this.dash = dash.join();
  setLineDash.call(this, dash);
};
CanvasRenderingContext2D.prototype.stroke = function () {
  if (this.lineJoin === "round" && Math.abs(this.lineWidth - 1.8) < 0.01) {
    window.strokes.push(`${this.strokeStyle} ${this.dash}`);
  }
  stroke.call(this);
};
"""


def test_of_many_curves_no_two_look_alike_and_all_can_be_hidden(browser, tmp_path):
    lines = [{"epoch": k, "val_acc": k / 10} for k in (1, 2, 3)]
    names = [f"run {k}" for k in range(16)]
    figure = curve_figure("many", [(name, lines, "val_acc") for name in names], losses=False)
    assert figure is not None
    report = Report("many", "", [section("Many", figure_markup("many", "Many"))], [figure])
    write_report(report, tmp_path / "page.html")
    page = open_report(browser, tmp_path / "page.html", viewport={"width": 390, "height": 900})
    page.add_init_script(SPY)
    page.reload()
    drawn = page.evaluate("window.strokes.slice(-16)")
    assert len(set(drawn)) == 16
    assert {text.split(" ")[1] for text in drawn[:7]} == {""}
    assert {text.split(" ")[1] for text in drawn[7:14]} == {"7.2,3.6"}
    looks = [each.get_attribute("style") for each in page.locator(".swatch").all()]
    assert len(set(looks)) == 16 and "repeating-linear-gradient" in looks[7]
    # The legend is below the chart, whatever its length.
    chart, legend = (page.locator(s).bounding_box() for s in ("#many canvas", "#many .legend"))
    assert legend["y"] >= chart["y"] + chart["height"]
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="Hide all").press("Enter")
    assert page.locator(".legend input:checked").count() == 0
    page.evaluate("window.strokes = []")
    page.get_by_label("run 9").press("Space")
    assert page.evaluate("window.strokes") == drawn[9:10]
    page.get_by_role("button", name="Show all").click()
    assert page.locator(".legend input:checked").count() == 16
