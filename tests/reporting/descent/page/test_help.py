"""What each control of the page does is said beside it, and in a list of all."""

from __future__ import annotations

from helpers.pages import wait

import dlvc_cli as dlvc


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
