"""What the address says of arrows, the 3-D view and the map of learning rates."""

from __future__ import annotations

from typing import Any

import pytest
from helpers.pages import run, wait

import dlvc_cli as dlvc

OPTIONS: dict[str, Any] = {"grid": 60, "optimizer": "gd,nesterov", "max_steps": 200}


def test_an_address_brings_the_views_back(look):
    page = look(dlvc.descend("himmelblau", **OPTIONS))
    assert "#" not in page.url
    page.locator("#arrows").check()
    page.locator("#view").select_option("both")
    page.locator("#log-height").check()
    for _ in range(2):
        page.locator("#turn").press("ArrowLeft")
    page.locator("#rates summary").click()
    page.locator("#rates-high").fill("500")
    wait(page, "location.hash.includes('rates=nesterov:momentum,0.1,500')")
    address = "#" + page.url.partition("#")[2]
    camera = page.evaluate("window.dlvc.relief()")

    again = look(dlvc.descend("himmelblau", **OPTIONS), address=address)
    run(again)
    assert again.locator("#arrows").is_checked() and again.locator("#log-height").is_checked()
    assert again.locator("#view").input_value() == "both"
    assert again.locator("#rates-high").input_value() == "500"
    wait(again, "window.dlvc.rates().done")
    turned = again.evaluate("window.dlvc.relief()")
    # Whole degrees.
    assert turned["around"] == pytest.approx(camera["around"], abs=0.01)
    again.evaluate("location.hash = ''")
    wait(again, "document.getElementById('view').value === 'map'")
    assert not again.locator("#arrows").is_checked()
    assert again.get_attribute("#rates", "open") is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("#arrows=perhaps", "arrows in the address takes yes, not “perhaps”."),
        ("#3d=inside", "3d in the address takes alone or beside, not “inside”."),
        ("#turn=1", "turn in the address takes 2 numbers"),
        ("#rates=gd:momentum,1,2", "rates of “gd:momentum”, which this page does not have"),
        ("#rates=nesterov:momentum,5,2", "rates in the address go from above 0 up, not from 5"),
    ],
)  # fmt: skip
def test_what_an_address_says_wrong_is_told(look, address, said):
    page = look(dlvc.descend("himmelblau", **OPTIONS), address=address)
    run(page)
    assert said in page.inner_text("body")
    assert page.locator("#view").input_value() == "map"
