"""The page's state in its address: written, shared, restored, and refused where it is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.pages import run, same, wait

import dlvc_cli as dlvc


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
