"""The surface in 3-D: it is the surface, no pit of it is lost, and it turns as it is asked to."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from helpers.descents import descend_on, noise, surface_of
from helpers.pages import run, wait
from PIL import Image

import dlvc_cli as dlvc
from dlvc_cli.reporting.colours import map_colours

NO_WEBGL = """
const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind.startsWith("webgl") ? null : real.call(this, kind, ...rest);
};
"""


def net_of(page: Any, viewport: dict[str, float], most: int) -> tuple[Any, ...]:
    return tuple(map(np.array, page.evaluate("(all) => window.dlvc.net(...all)", [viewport, most])))


def shot(page: Any) -> Any:
    """What the ground's pixels show, (rows, columns, 3), NaN where there is nothing."""
    over = "document.querySelector('#relief .over').style.visibility"
    page.evaluate(f"{over} = 'hidden'")
    seen = np.array(Image.open(io.BytesIO(page.locator("#relief").screenshot())).convert("RGB"))
    page.evaluate(f"{over} = ''")
    return np.where((seen == (246, 247, 249)).all(axis=2, keepdims=True), np.nan, seen)


@pytest.mark.parametrize("size", [(23, 31), (400, 300)])
def test_a_net_of_few_points_lies_on_the_surface_and_keeps_its_pits_and_peaks(look, size):
    rows, columns = size
    surface = noise(rows, columns)
    # Pits and a peak of one grid point each, between the points of any net.
    surface.values[:, columns // 2 :] = 0.5
    for row, column, value in ((5, 7, -1.0), (rows - 4, columns - 9, -0.5), (9, columns - 6, 2.0)):
        surface.values[row, column] = value
    descent = descend_on(surface, max_steps=1)
    page = look(descent)
    whole = {"left": -0.5, "top": -0.5, "width": columns, "height": rows}
    xs, ys, values = net_of(page, whole, 16)
    assert 16 * 10 <= len(xs) <= 16 * 16
    assert np.array_equal(values, descent.field.value(np.column_stack([xs, ys])))
    assert {(7, 5), (columns - 9, rows - 4), (columns - 6, 9)} <= set(zip(xs, ys, strict=True))
    assert values.min() == -1.0 and values.max() == 2.0
    assert (xs.min(), xs.max(), ys.min(), ys.max()) == (0, columns - 1, 0, rows - 1)
    # Points keep their order, so that no patch of the net is turned over.
    lines = xs.reshape(-1, 16) if columns > rows else xs.reshape(16, -1)
    assert (np.diff(lines, axis=1) >= 0).all()

    part = {"left": 3.25, "top": 4.5, "width": 2.5, "height": 1.5}
    xs, ys, values = net_of(page, part, 16)
    assert (xs.min(), xs.max(), ys.min(), ys.max()) == (3.25, 5.75, 4.5, 6.0)
    assert np.array_equal(values, descent.field.value(np.column_stack([xs, ys])))


def test_it_has_the_maps_colours_and_the_walks_lie_on_it(look):
    page = look(dlvc.descend("himmelblau", grid=80, optimizer="gd,adam", max_steps=800))
    page.click("#whole")
    page.locator("#view").select_option("beside")
    run(page)
    for _ in range(8):
        page.locator("#turn").press("ArrowUp")
    run(page)
    relief, walks = page.evaluate("window.dlvc.relief()"), run(page)["walks"]
    assert relief["up"] == pytest.approx(np.pi / 2) and not relief["painted"]
    for end, walk in zip(relief["ends"], walks, strict=True):
        assert end["place"] == pytest.approx([walk["x"], walk["y"]], abs=1.5)

    # Light changes how bright a colour is, and nothing else.
    ground = shot(page)
    shown = ground[~np.isnan(ground[..., 0])][::29]
    paints = map_colours(np.linspace(0, 1, 256)).astype(float)
    hues = paints / np.linalg.norm(paints, axis=1, keepdims=True)
    seen = shown[(shown.max(axis=1) < 250) & (shown.max(axis=1) > 40)]
    seen /= np.linalg.norm(seen, axis=1, keepdims=True)
    assert len(seen) > 500
    assert (seen @ hues.T).max(axis=1).min() > 0.9995
    assert len(set((seen @ hues.T).argmax(axis=1))) > 100


@pytest.mark.parametrize("has_webgl", [True, False])
def test_it_turns_zooms_and_takes_a_start(look, browser, monkeypatch, has_webgl):
    if not has_webgl:
        new = browser.new_context

        def without(**options: Any) -> Any:
            context = new(**options)
            context.add_init_script(NO_WEBGL)
            return context

        monkeypatch.setattr(browser, "new_context", without)
    page = look(dlvc.descend("himmelblau", grid=80, max_steps=300))
    page.click("#whole")
    assert page.locator("#relief").is_hidden() and page.locator("#log-height").is_hidden()
    page.locator("#view").select_option("alone")
    run(page)
    assert page.locator("#relief").is_visible() and not page.locator("#map").is_visible()
    before, first = page.evaluate("window.dlvc.relief()"), shot(page)
    assert before["painted"] is not has_webgl
    assert np.isnan(first).mean() < 0.8

    page.locator("#turn").press("ArrowRight")
    page.locator("#turn").press("ArrowDown")
    run(page)
    turned = page.evaluate("window.dlvc.relief()")
    assert turned["around"] < before["around"] and turned["up"] < before["up"]
    assert not np.array_equal(shot(page), first, equal_nan=True)
    box = page.locator("#turn").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    start = run(page)["start"]
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1] + 30, steps=4)
    page.mouse.up()
    dragged = page.evaluate("window.dlvc.relief()")
    assert dragged["around"] < turned["around"] and dragged["up"] > turned["up"]
    assert run(page)["start"] == start
    page.locator("#turn").press("+")
    wait(page, "window.dlvc.state().viewport.width < 50")
    page.locator("#turn").press("-")
    wait(page, "window.dlvc.state().viewport.width === 80")

    page.mouse.click(*middle)
    state = run(page)
    assert state["start"] != start
    again = dlvc.descend("himmelblau", grid=80, start=state["start"], max_steps=300)
    assert (state["walks"][0]["x"], state["walks"][0]["y"]) == again[0].end
    heights = shot(page)
    page.locator("#log-height").check()
    run(page)
    assert not np.array_equal(shot(page), heights, equal_nan=True)
    page.locator("#view").select_option("map")
    assert page.locator("#map").is_visible() and page.locator("#relief").is_hidden()


def test_it_is_saved_and_presented_as_the_map_is(look):
    page = look(dlvc.descend("himmelblau", grid=80, max_steps=300), color_scheme="light")
    saved = []
    for _ in range(2):
        with page.expect_download() as download:
            page.click("#save")
        saved.append(np.array(Image.open(download.value.path()).convert("RGB")))
        page.locator("#view").select_option("alone")
        page.locator("#turn").press("ArrowLeft")
        run(page)
    assert saved[0].shape == saved[1].shape == (1800, 3200, 3)
    # What is not the map is as it was, the map's place another view.
    differ = (saved[0] != saved[1]).any(axis=2)
    assert differ[200:1700, 100:1500].mean() > 0.5 and not differ[:, 1800:].any()
    camera = page.evaluate("window.dlvc.relief()")

    page.click("#present")
    wait(page, "document.body.classList.contains('presenting')")
    relief = page.locator("#relief").bounding_box()
    assert relief["height"] > 0.6 * 800
    page.locator("#turn").focus()
    page.keyboard.press("ArrowRight")
    run(page)
    assert page.evaluate("window.dlvc.relief()")["around"] < camera["around"]
    end, walk = page.evaluate("window.dlvc.relief()")["ends"][0], run(page)["walks"][0]
    assert end["place"] == pytest.approx([walk["x"], walk["y"]], abs=2)


def test_a_surface_of_four_points_is_shown(look):
    page = look(descend_on(surface_of([[0, 1], [1, 0]], (0.5, 0.5)), max_steps=5, eps=0.5))
    page.locator("#view").select_option("alone")
    run(page)
    assert np.isnan(shot(page)).mean() < 0.8
