"""The page of ``dlvc compare``."""

from __future__ import annotations

from helpers.reports import made_run, open_report


def test_runs_side_by_side_are_a_page(browser, dlvc):
    for number, name in enumerate(("one", "<i>two")):
        run = made_run(dlvc.folder / name, ["cat", "dog"], seed=number, epochs=6 - 2 * number)
        # By the figures of a clock, an hour would come before nine seconds.
        status = run.status() | {"seconds": (9.0, 3723.0)[number]}
        run.write_status(status, run.metrics())
    said = dlvc("compare", "./one", "./<i>two", "--page", "page.html").stdout
    assert "page: page.html" in said
    page = open_report(browser, dlvc.folder / "page.html", viewport={"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    rows = page.get_by_role("region", name="Runs").locator("tbody tr")
    assert rows.locator("th").all_inner_texts() == ["one", "<i>two"]
    assert "(p " in rows.nth(1).inner_text() and "(p " not in rows.nth(0).inner_text()
    for figure in ("curves-train_loss", "curves-val_acc"):
        assert page.locator(f"#{figure} label").all_inner_texts() == ["one", "<i>two"]
    # The shorter run's last values are read where the page opens.
    values = page.locator("#curves-train_loss .legend b").all_inner_texts()
    assert values == ["0.1667", "0.2500, epoch 4"]
    head = page.locator("thead th", has_text="minutes")
    for order, minutes in (("descending", ["62.0", "0.1"]), ("ascending", ["0.1", "62.0"])):
        head.locator("button").press("Enter")
        assert head.get_attribute("aria-sort") == order
        assert rows.locator("td:last-child").all_inner_texts() == minutes
    assert page.locator("button.copy").count() == 2
    dlvc("compare", "./one", "--page", "page.pdf", code=2)
