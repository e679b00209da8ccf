"""Fingers on the map and on the 3-D view: one drags, two pinch, and neither sets the start."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.pages import run

import dlvc_cli as dlvc


class Touch:
    """Fingers that go down, move in steps and come up; places are from the middle of an element."""

    def __init__(self, page: Any, name: str) -> None:
        box = page.locator(name).bounding_box()
        self.middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.session = page.context.new_cdp_session(page)

    def send(self, kind: str, *places: tuple[float, float]) -> None:
        points = [
            {"x": self.middle[0] + x, "y": self.middle[1] + y, "id": k}
            for k, (x, y) in enumerate(places)
        ]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def go(self, *ways: tuple[tuple[float, float], tuple[float, float]]) -> None:
        for k in range(6):
            places = [
                (x + (to_x - x) * k / 5, y + (to_y - y) * k / 5) for (x, y), (to_x, to_y) in ways
            ]
            self.send("touchMove" if k else "touchStart", *places)
        self.send("touchEnd")


def test_on_the_map(look):
    page = look(dlvc.descend("himmelblau", grid=80, max_steps=50), has_touch=True)
    page.click("#whole")
    page.click("#zoom-in")
    before = run(page)
    touch = Touch(page, "#pad")
    touch.go(((-20, 0), (-60, 0)), ((20, 0), (60, 0)))
    after = run(page)
    assert after["viewport"]["width"] == pytest.approx(before["viewport"]["width"] / 3, rel=0.01)
    unit = page.locator("#pad").bounding_box()["width"] / after["viewport"]["width"]
    touch.go(((0, 0), (30, 12)))
    dragged = run(page)
    # The first pixels tell a drag from a click.
    moved = after["viewport"]["left"] - dragged["viewport"]["left"]
    assert moved * unit == pytest.approx(30, abs=7)
    assert dragged["start"] == before["start"]

    touch.send("touchStart", (10, 10))
    touch.send("touchEnd")
    assert run(page)["start"] != before["start"]


def test_on_the_3_d_view(look):
    page = look(dlvc.descend("himmelblau", grid=80, max_steps=50), has_touch=True)
    page.click("#whole")
    page.locator("#view").select_option("alone")
    before = run(page)
    camera = page.evaluate("window.dlvc.relief()")
    touch = Touch(page, "#turn")
    touch.go(((-20, 0), (-60, 0)), ((20, 0), (60, 0)))
    after = run(page)
    assert after["viewport"]["width"] == pytest.approx(before["viewport"]["width"] / 3, rel=0.01)
    assert page.evaluate("window.dlvc.relief()")["around"] == camera["around"]
    touch.go(((0, 0), (40, 20)))
    run(page)
    turned = page.evaluate("window.dlvc.relief()")
    assert turned["around"] == pytest.approx(camera["around"] - 40 * 0.008, abs=0.06)
    assert turned["up"] > camera["up"]
    assert run(page)["start"] == before["start"]
