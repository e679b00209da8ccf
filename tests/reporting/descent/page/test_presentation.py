"""A presentation: map, walks and player fill the screen, and keys steer them."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.pages import run, wait

import dlvc_cli as dlvc


def test_a_presentation_fills_the_screen_and_is_steered_by_keys(look):
    options: dict[str, Any] = {"optimizer": "gd,nesterov,adam", "max_steps": 300}
    page = look(dlvc.descend("schaffer", grid=80, **options))
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.click("#present")
    wait(page, "document.querySelector('canvas.terrain').getBoundingClientRect().height > 800")
    run(page)
    sizes = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert sizes == [1920, 1080]
    for name in ("#play", "#time", "#results tr:last-child td:last-child", "#chart", "#leave"):
        box = page.locator(name).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 1920
        assert box["y"] >= 0 and box["y"] + box["height"] <= 1080
    for name in ("#play", "#results th", "#time-text"):
        size = page.evaluate(
            "(name) => parseFloat(getComputedStyle(document.querySelector(name)).fontSize)", name
        )
        assert size >= 24
    assert not page.is_visible("#optimizers")

    page.keyboard.press("Home")
    assert page.evaluate("window.dlvc.state()")["step"] == 0
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("window.dlvc.state()")["step"] == 2
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("window.dlvc.state()")["step"] == 1
    page.keyboard.press("Space")
    assert page.evaluate("window.dlvc.state()")["playing"]
    page.keyboard.press("Space")
    assert not page.evaluate("window.dlvc.state()")["playing"]
    page.keyboard.press("End")
    assert page.evaluate("window.dlvc.state()")["step"] is None

    # A click still starts where it is, as large as everything is now.
    page.keyboard.press("Home")
    box = page.locator("#pad").bounding_box()
    before = page.evaluate("window.dlvc.state()")["viewport"]
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    start = page.evaluate("window.dlvc.state()")["start"]
    assert start[0] == pytest.approx(before["left"] + before["width"] / 4, abs=0.1)
    page.keyboard.press("Escape")
    wait(page, "!document.body.classList.contains('presenting')")
    assert page.is_visible("#optimizers")


def test_a_presentation_is_in_the_address(look):
    page = look(dlvc.descend("beale", grid=80, max_steps=50), address="#present=yes")
    assert page.is_visible("#leave") and not page.is_visible("#settings")
    page.click("#leave")
    assert page.evaluate("window.dlvc.address()") == "" and page.is_visible("#settings")
