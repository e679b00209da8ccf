"""The panel of learning rates: each cell is the walk that Python makes with its numbers."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

import numpy as np
from helpers.descents import noise
from helpers.pages import run, wait

import dlvc_cli as dlvc
from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.descent.basins import at_global
from dlvc_cli.descent.engine import descend_plan
from dlvc_cli.descent.request_plan import plan_descent
from dlvc_cli.events import drain
from dlvc_cli.registry.registry import GROUP, Registry

OPTIONS: dict[str, Any] = {"grid": 60, "start": (25, 20), "max_steps": 400}


def opened(page: Any) -> list[dict[str, Any]]:
    page.locator("#rates summary").click()
    return finished(page)


def finished(page: Any) -> list[dict[str, Any]]:
    wait(page, "window.dlvc.rates().done")
    return page.evaluate("window.dlvc.rates()")["cells"]


def test_every_cell_is_the_walk_of_its_numbers(look):
    page = look(dlvc.descend("himmelblau", optimizer="gd,nesterov", **OPTIONS))
    cells = opened(page)
    lrs, others = ({cell[name] for cell in cells} for name in ("lr", "other"))
    assert len(cells) == len(lrs) * len(others)
    assert {0.0, 0.5, 0.9, 0.95, 0.99} <= others and max(others) < 1
    assert min(lrs) == 0.1 and max(lrs) == 10_000
    kinds = set()
    for cell in [*cells[::37], *(c for c in cells if c["other"] == 0.9)]:
        made = dlvc.descend(
            "himmelblau", optimizer="nesterov", lr=cell["lr"], beta=cell["other"], **OPTIONS
        )
        walk = made[0]
        assert (cell["x"], cell["y"]) == walk.end
        assert (cell["step"], cell["reason"]) == (walk.steps, walk.reason)
        assert (cell["value"], cell["distance"]) == (walk.value, walk.distance)
        if walk.reason in ("gradient", "no_progress"):
            there = bool(at_global(made.surface, made.trials[0])[0])
            assert cell["kind"] == ("there" if there else "elsewhere")
        kinds.add(cell["kind"])
    assert kinds >= {"there", "late", "off"}


def test_a_cell_is_told_and_taken_by_mouse_and_by_keyboard(look):
    page = look(dlvc.descend("himmelblau", optimizer="gd,nesterov", **OPTIONS))
    cells = opened(page)
    fewest = min((c for c in cells if c["kind"] == "there"), key=lambda cell: cell["step"])
    assert f"after {fewest['step']} step" in page.inner_text("#rates-readout")

    page.locator("#rates-map").press("ArrowLeft")
    page.locator("#rates-map").press("ArrowUp")
    told = page.inner_text("#rates-readout")
    page.locator("#rates-map").press("Enter")
    walks = {walk["name"]: walk for walk in run(page)["walks"]}
    taken = walks["nesterov"]
    beta = taken["parameters"]["momentum"]
    (cell,) = (c for c in cells if (c["lr"], c["other"]) == (taken["lr"], beta))
    assert told.startswith(f"lr {taken['lr']:g}, β {beta:g}: ")
    assert (taken["x"], taken["y"], taken["step"]) == (cell["x"], cell["y"], cell["step"])
    assert walks["gd"]["asMade"]

    # What is taken is what the map is about: it stays.
    assert page.evaluate("window.dlvc.rates().done")
    box = page.locator("#rates-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.6)
    now = run(page)["walks"][1]
    assert (now["lr"], now["parameters"]["momentum"]) != (taken["lr"], beta)
    assert page.get_by_label("Learning rate of nesterov", exact=True).input_value() == str(
        now["lr"]
    )


def test_the_map_is_made_anew_for_another_start_and_other_settings(look):
    page = look(dlvc.descend("himmelblau", optimizer="nesterov,rmsprop,adam", **OPTIONS))
    before = opened(page)
    page.locator("#start-x").fill("40")
    page.locator("#max-steps").fill("150")
    page.locator("#rates-high").fill("50")
    run(page)
    after = finished(page)
    assert max(cell["lr"] for cell in after) == 50 < max(cell["lr"] for cell in before)
    cell = after[len(after) // 2]
    walk = dlvc.descend(
        "himmelblau", optimizer="nesterov", lr=cell["lr"], beta=cell["other"], grid=60,
        start=(40, 20), max_steps=150,
    )[0]  # fmt: skip
    assert (cell["x"], cell["y"], cell["step"]) == (*walk.end, walk.steps)

    page.locator("#rates-of").select_option(label="adam lr 1: beta2")
    run(page)
    cell = finished(page)[100]
    walk = dlvc.descend(
        "himmelblau", optimizer=f"adam:beta2={cell['other']}", lr=cell["lr"], grid=60,
        start=(40, 20), max_steps=150,
    )[0]  # fmt: skip
    assert (cell["x"], cell["y"], cell["step"]) == (*walk.end, walk.steps)


def test_a_range_that_is_none_is_refused(look):
    page = look(dlvc.descend("himmelblau", optimizer="nesterov", **OPTIONS))
    page.locator("#rates summary").click()
    page.locator("#rates-low").fill("20000")
    assert page.locator("#rates-low").get_attribute("aria-invalid") == "true"
    assert "of the map is above 0 and below 10,000, not 20,000" in page.inner_text("#said")


def test_a_third_partys_parameters_are_offered_and_no_optimiser_is_known_by_name(look, monkeypatch):
    found = Registry(
        [*entry_points(group=GROUP), EntryPoint("foreign", "helpers.foreign_rules", GROUP)]
    )
    monkeypatch.setattr("dlvc_cli.reporting.descent.page.write.registry", lambda: found)
    plan = plan_descent(
        found, DescentConfig(surface="madsen", optimizer="odd:damp=0.4", max_steps=50)
    )
    page = look(drain(descend_plan(plan, noise()), lambda event: None))
    cells = opened(page)
    subjects = page.evaluate("window.dlvc.rates().subjects")
    assert ["odd", "mix"] in subjects and ["gd", "momentum"] not in subjects
    cell = cells[len(cells) // 3]
    plan = plan_descent(
        found,
        DescentConfig(
            surface="madsen", optimizer=f"odd:{cell['other']}:0.4", lr=cell["lr"], max_steps=50
        ),
    )
    walk = drain(descend_plan(plan, noise()), lambda event: None)[0]
    assert (cell["x"], cell["y"], cell["step"]) == (*walk.end, walk.steps)


def test_without_a_parameter_to_vary_there_is_no_panel(look, monkeypatch):
    monkeypatch.setattr(
        "dlvc_cli.reporting.descent.page.live_rules.LiveRules.others", lambda self: iter(())
    )
    page = look(dlvc.descend("himmelblau", optimizer="gd", **OPTIONS))
    assert page.locator("#rates").is_hidden()
    assert np.isfinite(run(page)["walks"][0]["x"])
