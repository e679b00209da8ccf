"""What the page does beside walking: its address, saved images, presentations, explanations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.pages import image, run, same, wait
from PIL import Image

import dlvc_cli as dlvc
from dlvc_cli.reporting.descent.colours import TRIALS


def address_of(page: Any) -> str:
    page.wait_for_timeout(500)
    return page.evaluate("location.hash")


def said(page: Any) -> str:
    return page.inner_text("#said") if page.is_visible("#said") else ""


def settled(page: Any) -> dict[str, Any]:
    return {**run(page), "hash": address_of(page)}


def test_what_is_seen_is_in_the_address_and_comes_back(look):
    descent = dlvc.descend("himmelblau", grid=80, optimizer="gd,momentum", max_steps=300)
    page = look(descent)
    assert address_of(page) == ""
    page.get_by_label("Learning rate of gd", exact=True).fill("0.5")
    page.get_by_label("momentum of momentum", exact=True).fill("0.73")
    page.locator('[data-row="adam"] input[type=checkbox]').check()
    page.locator("#start-x").fill("33.25")
    page.locator("#eps").fill("1.75")
    page.locator("#max-steps").fill("123")
    page.locator("#stop").fill("0.0005")
    page.click("#whole")
    page.click("#zoom-in")
    run(page)
    page.locator("#time").fill("7")
    page.locator("#log-steps").check()
    before = settled(page)
    text = before["hash"]
    assert text.startswith("#start=33.25,")
    assert "walks=gd@0.5,momentum:momentum=0.73,adam" in text and "eps=1.75" in text
    assert "step=7" in text and "steps=123" in text and "stop=0.0005" in text and "view=" in text

    again = settled(look(descent, address=text))
    assert again == before
    page.goto(page.url.partition("#")[0] + "#start=10,12")
    wait(page, "window.dlvc.state().start[0] === 10")
    plain = settled(page)
    expected = dlvc.descend(
        "himmelblau", grid=80, optimizer="gd,momentum", max_steps=300, start=(10, 12)
    )
    for shown, walk in zip(plain["walks"], expected, strict=True):
        same(shown, walk)
    page.go_back()
    wait(page, "window.dlvc.state().start[0] === 33.25")
    assert settled(page) == before


def test_rows_of_one_optimiser_are_told_apart(look):
    descent = dlvc.descend("beale", grid=80, sweep=("lr=1,5", "eps=0.5,1"), max_steps=200)
    page = look(descent)
    boxes = page.locator('[data-row="gd"] input[type=checkbox]')
    boxes.nth(0).uncheck()
    page.locator('[data-row="gd"] input[type=number]').nth(2).fill("7")
    before = settled(page)
    assert before["hash"] == "#walks=gd.2,gd.3@7,gd.4"
    assert settled(look(descent, address=before["hash"])) == before


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("#start=5000,20", "column 5000 is outside of 0 to 79"),
        ("#start=20", "start in the address takes 2 numbers"),
        ("#walks=nobody", "“nobody”, which this page does not have"),
        ("#walks=momentum:momentum=7", "below 1, not 7"),
        ("#walks=gd@-1", "above 0, not -1"),
        ("#walks=gd:speed=3", "gd has no “speed”"),
        ("#eps=0", "above 0 and at most 39.5"),
        ("#steps=0", "at least 1"),
        ("#stop=nan", "takes a number"),
        ("#view=1,2,0", "a width above 0"),
        ("#view=-100,2,5", "column -100"),
        ("#log=moon", "takes value, step or none"),
        ("#made=4", "made=4"),
        ("#footnotes", "“footnotes”, which this page does not know"),
        ("#%E0%A4%A=<b>&start=1,1&x=%", "does not know"),
    ],
)
def test_a_wrong_address_is_harmless_and_says_so(look, address, words):
    descent = dlvc.descend("beale", grid=80, optimizer="gd,momentum", max_steps=50)
    page = look(descent, address=address)
    assert words in said(page)
    state = run(page)
    if "start=1,1" in address:
        assert state["start"] == [1, 1]
    else:
        for shown, walk in zip(state["walks"], descent, strict=True):
            same(shown, walk)
    page.locator("#start").press("ArrowRight")
    assert said(page) == ""


def saved(page: Any, folder: Path) -> Path:
    with page.expect_download() as download:
        page.click("#save")
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_image_of_what_is_seen_is_saved(look, tmp_path, scheme):
    page = look(
        dlvc.descend("madsen", grid=80, optimizer="gd,adam", max_steps=99), color_scheme=scheme
    )
    run(page)
    target = saved(page, tmp_path)
    assert target.name == "madsen-descent.png"
    with Image.open(target) as png:
        assert png.size == (3200, 1800)
        pixels = np.asarray(png.convert("RGB"))
    assert (pixels[2, 2].mean() < 100) == (scheme == "dark")
    # The map to the left, the curves to the right: neither is empty, nothing reaches the border.
    assert pixels[300:1600, 100:1500].std() > 10 and pixels[700:1600, 1800:3000].std() > 3
    border = [pixels[:8], pixels[-8:], pixels[:, :8], pixels[:, -8:]]
    assert all((side == pixels[2, 2]).all() for side in border)
    # Each walk's colour is in its key.
    for colour in TRIALS[:2]:
        rgb = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
        assert (pixels[180:360, 1700:1800] == rgb).all(axis=2).any()


def test_a_saved_image_is_named_after_the_file_of_the_surface(look, tmp_path):
    path = image(tmp_path / "it's  Höhe (2).png", np.uint8)
    page = look(dlvc.descend(str(path), max_steps=20))
    assert saved(page, tmp_path).name == "it-s-Höhe-2-descent.png"


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
    page.wait_for_timeout(500)
    assert page.evaluate("location.hash") == "" and page.is_visible("#settings")


def test_every_control_is_explained(look):
    page = look(dlvc.descend("beale", grid=80, optimizer="adam,torch:NAdam", max_steps=50))
    page.get_by_label("More settings of adam").click()
    missing = page.evaluate(
        """[...document.querySelectorAll("button, input, select, #chart")].filter((control) => (
            control.checkVisibility() && !control.closest("[data-help], dialog")
        )).map((control) => control.outerHTML)"""
    )
    assert missing == []
    assert page.evaluate("document.querySelectorAll('main [title]:not(td)').length") == 0
    page.click("#explain")
    terms = page.locator("dialog dt").all_inner_texts()
    sentences = page.locator("dialog dd").all_inner_texts()
    assert {"Play", "Max steps", "Stop below", "log value", "adam", "Copy", "Colours"} <= set(terms)
    assert [text for text in sentences if not text.endswith(".") or len(text) > 160] == []
    page.keyboard.press("Escape")
    assert not page.is_visible("dialog")


def test_an_explanation_comes_by_mouse_keyboard_and_touch(look):
    descent = dlvc.descend("beale", grid=80, optimizer="adam", max_steps=50)
    page = look(descent, has_touch=True)
    bubble = page.locator("#bubble")
    page.hover("#max-steps")
    wait(page, "!document.getElementById('bubble').hidden")
    assert bubble.inner_text() == "A walk stops after so many steps."
    page.keyboard.press("Escape")
    assert not bubble.is_visible()
    page.locator("#whole").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert bubble.inner_text() == "Looks at the whole surface."
    assert page.get_attribute("#whole", "aria-describedby") == "bubble"
    page.keyboard.press("Escape")
    page.tap("#step")
    assert bubble.inner_text() == "Goes one step on."
    box = bubble.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 1280
    page.tap("h1")
    assert not bubble.is_visible()


def test_a_browser_that_cannot_unpack_is_told(browser, tmp_path):
    dlvc.descend("beale", grid=40, max_steps=5).save(tmp_path / "page.html")
    page = browser.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_timeout(200)
    text = page.inner_text("#problem")
    assert "no DecompressionStream" in text and "Chrome or Edge 110, Firefox 115" in text
    page.close()
