"""The page's address says what is seen, and brings it back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from helpers.pages import run, same, wait

import dlvc_cli as dlvc


def address_of(page: Any) -> str:
    return page.evaluate("window.dlvc.address()")


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
    assert "step=7" in text and "steps=123" in text and "stop=0.0005" in text and "part=" in text

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


def test_an_address_brings_the_views_back(look):
    options: dict[str, Any] = {"grid": 60, "optimizer": "gd,nesterov", "max_steps": 200}
    page = look(dlvc.descend("himmelblau", **options))
    assert "#" not in page.url
    page.locator("#arrows").check()
    page.locator("#view").select_option("beside")
    page.locator("#log-height").check()
    for _ in range(2):
        page.locator("#turn").press("ArrowLeft")
    page.locator("#rates summary").click()
    page.locator("#rates-high").fill("500")
    # By itself, without being asked to.
    wait(page, "location.hash.includes('rates=nesterov:momentum,0.1,500')")
    address = address_of(page)
    assert "3d=beside" in address
    camera = page.evaluate("window.dlvc.relief()")

    again = look(dlvc.descend("himmelblau", **options), address=address)
    run(again)
    assert again.locator("#arrows").is_checked() and again.locator("#log-height").is_checked()
    assert again.locator("#view").input_value() == "beside"
    assert again.locator("#rates-high").input_value() == "500"
    wait(again, "window.dlvc.rates().done")
    turned = again.evaluate("window.dlvc.relief()")
    # Whole degrees.
    assert turned["around"] == pytest.approx(camera["around"], abs=0.01)
    again.evaluate("location.hash = ''")
    wait(again, "document.getElementById('view').value === 'map'")
    assert not again.locator("#arrows").is_checked()
    assert again.get_attribute("#rates", "open") is None


WRONG = {
    "#start=5000,20": "column 5000 is outside of 0 to 79",
    "#start=20": "start in the address takes 2 numbers",
    "#walks=nobody": "“nobody”, which this page does not have",
    "#walks=momentum:momentum=7": "below 1, not 7",
    "#walks=gd@-1": "above 0, not -1",
    "#walks=gd:speed=3": "gd has no “speed”",
    "#eps=0": "above 0 and at most 39.5",
    "#steps=0": "at least 1",
    "#stop=nan": "takes a number",
    "#speed=0": "speed in the address is above 0",
    "#part=1,2": "part in the address takes 3 numbers",
    "#part=1,2,0": "a width above 0",
    "#part=-100,2,5": "column -100",
    "#log=moon": "takes value, step or none",
    "#made=4": "made=4",
    "#arrows=perhaps": "arrows in the address takes yes, not “perhaps”.",
    "#present=perhaps": "present in the address takes yes, not “perhaps”.",
    "#logheight=no": "logheight in the address takes yes, not “no”.",
    "#3d=inside": "3d in the address takes alone or beside, not “inside”.",
    "#turn=1": "turn in the address takes 2 numbers",
    "#rates=gd:momentum,1,2": "rates of “gd:momentum”, which this page does not have",
    "#rates=momentum:momentum,5,2": "rates in the address go from above 0 up, not from 5",
    "#footnotes": "“footnotes”, which this page does not know",
    "#%E0%A4%A=<b>&start=1,1&x=%": "does not know",
}


def test_a_wrong_address_is_harmless_and_says_so(look):
    descent = dlvc.descend("beale", grid=80, optimizer="gd,momentum", max_steps=50)
    first = next(iter(WRONG))
    page = look(descent, address=first)
    for address, words in WRONG.items():
        if address != first:
            page.evaluate("(address) => { location.hash = address; }", address)
        wait(page, f"document.getElementById('said').textContent.includes({json.dumps(words)})")
        state = run(page)
        assert page.locator("#view").input_value() == "map"
        assert page.is_visible("#settings")
        if "start=1,1" in address:
            assert state["start"] == [1, 1]
            continue
        for shown, walk in zip(state["walks"], descent, strict=True):
            same(shown, walk)
    # The page writes its own address now and then, also before it hears of the one just given.
    given = "() => { location.hash = '#stop=nan'; history.replaceState(null, '', '#start=3,4'); }"
    page.evaluate(given)
    wait(page, "document.getElementById('said').textContent.includes('takes a number')")
    page.locator("#start").press("ArrowRight")
    assert said(page) == ""
