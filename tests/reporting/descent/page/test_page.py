"""The interactive page in a headless browser: its numbers are those of the Python engine."""

from __future__ import annotations

import dataclasses
import re
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import numpy as np
import pytest
from helpers.descents import descend_on, noise, surface_of
from helpers.folders import ROOT
from helpers.pages import image, run, same, wait
from hypothesis import given, settings
from hypothesis import strategies as st

import dlvc_cli as dlvc
from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.descent.engine import descend_plan
from dlvc_cli.descent.request_plan import plan_descent
from dlvc_cli.errors import BadOption, RunError
from dlvc_cli.events import drain
from dlvc_cli.registry.registry import GROUP, Registry, registry
from dlvc_cli.reporting.descent.page.contents import _worth_drawing
from dlvc_cli.reporting.descent.page.write import write_page

BUILTIN = [
    "gd", "sgd:momentum=0.5", "sgd:momentum=0.9:nesterov=yes", "momentum", "nesterov:0.3",
    "adagrad", "adagrad:eps=0.1", "rmsprop", "rmsprop:alpha=0.9:momentum=0.5",
    "rmsprop:centered=yes", "adam", "adam:beta1=0.5:beta2=0.9:eps=0.01", "adamw",
    "muon", "muon:rest_momentum=0.5:matrices=0.2",
]  # fmt: skip


@pytest.mark.parametrize("surface", ["schaffer", "beale", "image8", "image16"])
def test_every_builtin_optimiser_ends_where_it_does_in_python(surface, look, tmp_path):
    options: dict[str, Any] = {"optimizer": ",".join(BUILTIN), "max_steps": 2000}
    if surface.startswith("image"):
        surface = image(tmp_path / "hills.png", np.uint8 if surface[-1] == "8" else np.uint16)
    else:
        options["grid"] = 80
    descent = dlvc.descend(surface, **options)
    shown = run(look(descent))["walks"]

    names = {offer.name for offer in registry().offers("optimizers") if offer.plugin.builtin}
    assert {text.partition(":")[0] for text in BUILTIN} == names
    assert len(shown) == len(BUILTIN)
    for each, walk in zip(shown, descent, strict=True):
        same(each, walk)
        assert each["asMade"] is True and not each["made"]


def test_every_stop_rule_is_the_one_of_python(look):
    surface = noise()
    page = look(descend_on(surface, optimizer=",".join(BUILTIN), max_steps=1))
    reasons = set()
    starts = np.random.default_rng(1).uniform(0, surface.corner, (20, 2)).tolist()
    for number, text in enumerate(BUILTIN):
        options = {"optimizer": text, "lr": 3.0, "eps": 0.7, "stop": 1e-3, "max_steps": 250}
        walks = [descend_on(surface, start=(start,), **options)[0] for start in starts]
        trial = walks[0].trial
        ends = page.evaluate(
            "({starts, ...rest}) => starts.map((start) => window.dlvc.walk({start, ...rest}))",
            {
                "starts": [walk.start for walk in walks],
                "trial": number,
                "lr": trial.lr,
                "eps": trial.eps,
                "stop": 1e-3,
                "maxSteps": 250,
            },
        )
        for end, walk in zip(ends, walks, strict=True):
            assert tuple(end["end"]) == walk.end
            assert (end["steps"], end["reason"]) == (walk.steps, walk.reason)
            assert (end["value"], end["norm"]) == (walk.value, walk.norm)
        reasons |= {walk.reason for walk in walks}
    flat = surface_of([[0, 0, 0], [0, 0, 0], [0, 0, 1]], (0.5, 0.5))
    stuck = descend_on(flat, stop=0.0)
    same(run(look(stuck))["walks"][0], stuck[0])
    reasons.add(stuck[0].reason)
    assert reasons == {"gradient", "max_steps", "left_surface", "no_progress"}


def test_the_first_thing_shown_is_the_walk_and_play_goes_through_it(look):
    descent = dlvc.descend("madsen", grid=80, nesterov=True, start=(15, 62), lr=0.3, max_steps=600)
    page = look(descent)
    state = page.evaluate("window.dlvc.state()")
    assert state["start"] == [15, 62] and state["step"] is None
    same(state["walks"][0], descent[0])
    assert page.inner_text("#command") == descent.command

    page.locator("#speed").fill("1.3")
    page.click("#play")
    wait(page, "document.getElementById('play').textContent === 'Pause'")
    wait(page, "window.dlvc.state().step > 5")
    under_way = page.evaluate("window.dlvc.state()")
    now = under_way["walks"][0]
    assert under_way["step"] < descent[0].steps and now["reason"] is None
    assert [now["x"], now["y"]] == descent[0].path[under_way["step"]].tolist()
    page.locator("#speed").fill("5")
    wait(page, "!window.dlvc.state().playing")
    same(page.evaluate("window.dlvc.state()")["walks"][0], descent[0])
    cells = page.locator("#results tr td").all_inner_texts()
    assert cells[0] == f"{descent[0].steps:,}" and cells[-1] == "max steps"
    assert cells[1].startswith("{:.2f}, {:.2f}".format(*descent[0].end))


def test_step_by_step(look):
    descent = dlvc.descend("himmelblau", grid=80, optimizer="momentum,adam", max_steps=40)
    page = look(descent)
    page.click("#reset")
    for step in range(4):
        state = page.evaluate("window.dlvc.state()")
        assert state["step"] == step
        for shown, walk in zip(state["walks"], descent, strict=True):
            assert [shown["x"], shown["y"]] == walk.path[step].tolist()
            assert shown["value"] == descent.field.value(walk.path[[step]])[0]
        page.click("#step")
    page.locator("#time").fill("40")
    assert page.evaluate("window.dlvc.state()")["step"] is None
    page.click("#step")
    assert page.evaluate("window.dlvc.state()")["step"] == 1


def test_the_start_goes_where_it_is_dragged_clicked_or_typed(look):
    options: dict[str, Any] = {"grid": 80, "optimizer": "nesterov,rmsprop", "max_steps": 500}
    page = look(dlvc.descend("himmelblau", **options))
    page.click("#whole")

    def check() -> list[float]:
        state = run(page)
        again = dlvc.descend("himmelblau", start=state["start"], **options)
        for shown, walk in zip(state["walks"], again, strict=True):
            same(shown, walk)
            assert shown["asMade"] is None
        return state["start"]

    run(page)
    box = page.locator("#start").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y - 25, steps=4)
    page.mouse.move(x + 90, y - 60, steps=4)
    page.mouse.up()
    dragged = check()
    unit = 80 / page.locator("#map").bounding_box()["width"]
    first = page.evaluate("JSON.parse(document.getElementById('data').textContent).start")
    assert dragged == pytest.approx([first[0] + 90 * unit, first[1] - 60 * unit], abs=1)

    page.locator("#pad").click(position={"x": 100, "y": 200})
    clicked = check()
    assert clicked == pytest.approx([100 * unit - 0.5, 200 * unit - 0.5], abs=0.2)

    page.locator("#start").press("ArrowRight")
    page.locator("#start").press("Shift+ArrowDown")
    assert check() == pytest.approx([clicked[0] + 1, clicked[1] + 10])
    page.locator("#start-x").fill("33.25")
    assert check()[0] == 33.25
    page.locator("#start-x").fill("1e9")
    assert "column is at least 0 and at most 79, not 1,000,000,000" in page.inner_text("#said")
    assert check()[0] == 33.25
    page.locator("#start-x").fill("30")
    assert not page.is_visible("#said")


@pytest.mark.parametrize("surface", ["himmelblau", "madsen"])
def test_x_and_y_stand_beside_grid_units(look, surface):
    descent = dlvc.descend(surface, grid=80, max_steps=300)
    page = look(descent)
    frame = descent.surface.frame
    (low, high), size = frame.domain, (80, 80)
    x, y = frame.to_plane(*descent[0].start, size)
    assert float(page.input_value("#plane-x")) == pytest.approx(x, rel=1e-5)
    assert float(page.input_value("#plane-y")) == pytest.approx(y, rel=1e-5)

    page.locator("#plane-x").fill(str(high))
    page.locator("#plane-y").fill("0.123456789")
    state = run(page)
    expected = frame.to_grid(np.array([[high, 0.123456789]]), size)[0]
    assert state["start"] == pytest.approx(expected, rel=1e-12)
    assert max(state["start"]) == 79 and page.input_value("#plane-y") == "0.123456789"
    same(state["walks"][0], dlvc.descend(surface, grid=80, max_steps=300, start=state["start"])[0])
    page.locator("#plane-x").fill(str(high + 1))
    assert f"x is at least {low:g} and at most {high:g}" in page.inner_text("#said")
    assert run(page)["start"] == state["start"]

    box = page.locator("#pad").bounding_box()
    page.mouse.move(box["x"] + 120, box["y"] + 90)
    words = dict(word.split() for word in re.split(r" · |, ", page.inner_text("#readout"))[2:])
    column, row = map(float, page.inner_text("#readout").partition(":")[0].split(", "))
    x, y = frame.to_plane(column, row, size)
    near = (high - low) / 79 / 10
    assert [float(words["x"]), float(words["y"])] == pytest.approx([x, y], abs=near)
    end = frame.to_plane(state["walks"][0]["x"], state["walks"][0]["y"], size)
    shown = page.locator("#results tr td").nth(1).locator("small").inner_text()
    told = [float(word.split()[1]) for word in shown.split(", ")]
    assert told == pytest.approx(end, rel=1e-3, abs=1e-3)


def test_what_is_typed_wrong_is_said(look):
    page = look(dlvc.descend("beale", grid=80, optimizer="momentum", max_steps=50))
    for name, value, words in [
        ("Learning rate of momentum", "-1", "The learning rate of momentum is above 0, not -1"),
        ("momentum of momentum", "1", "momentum of momentum is at least 0 and below 1, not 1"),
        ("Max steps", "0", "Max steps is at least 1 and at most 10,000,000, not 0"),
        ("Stop below", "-1", "Stop below is at least 0, not -1"),
        ("Gradient step ε", "99", "The gradient step ε is above 0 and at most 39.5, not 99"),
    ]:
        page.get_by_label(name, exact=True).fill(value)
        assert words in page.inner_text("#said") and "It stays at" in page.inner_text("#said")


def test_settings_are_those_of_the_command_line(look):
    page = look(dlvc.descend("beale", grid=80, optimizer="gd,momentum", max_steps=300))
    page.locator('[data-row="gd"] input[type=range]').fill("1.5")
    page.get_by_label("momentum of momentum", exact=True).fill("0.73")
    page.get_by_label("Learning rate of momentum", exact=True).fill("2.5")
    page.locator("#eps").fill("1.75")
    page.locator("#max-steps").fill("123")
    page.locator("#stop").fill("0.0005")
    page.locator('[data-row="adagrad"] input[type=checkbox]').check()
    state = run(page)

    lr = state["walks"][0]["lr"]
    assert lr == pytest.approx(10**1.5, rel=0.01)
    common = {"grid": 80, "eps": 1.75, "max_steps": 123, "stop": 0.0005}
    expected = [
        dlvc.descend("beale", optimizer="gd", lr=lr, **common),
        dlvc.descend("beale", optimizer="momentum", beta=0.73, lr=2.5, **common),
        dlvc.descend("beale", optimizer="adagrad", **common),
    ]
    assert [walk["name"] for walk in state["walks"]] == ["gd", "momentum", "adagrad"]
    for shown, descent in zip(state["walks"], expected, strict=True):
        same(shown, descent[0])
        assert shown["asMade"] is None

    page.click("#as-made")
    assert [walk["asMade"] for walk in run(page)["walks"]] == [True, True]


def test_a_sweep_has_a_row_a_trial(look):
    descent = dlvc.descend("beale", grid=80, sweep=("lr=1,5", "eps=0.5,1"), max_steps=200)
    walks = run(look(descent))["walks"]
    assert [walk["asMade"] for walk in walks] == [True] * 4
    labels = ["gd lr 1 ε 0.5", "gd lr 1 ε 1", "gd lr 5 ε 0.5", "gd lr 5 ε 1"]
    assert [walk["label"] for walk in walks] == labels


def test_other_optimisers_and_other_starts_are_shown_as_they_were_made(look):
    options: dict[str, Any] = {"start": [(20, 30), (60, 50)], "max_steps": 80}
    descent = dlvc.descend("madsen", grid=80, optimizer="nesterov,torch:NAdam", **options)
    page = look(descent)
    assert [walk["made"] for walk in run(page)["walks"]] == [False, True, True]
    page.get_by_label("nesterov lr 10, other starts").check()
    shown = run(page)["walks"]
    for each, walk in zip(shown, descent, strict=True):
        same(each, walk)
    page.locator("#start").press("ArrowRight")
    moved = run(page)["walks"]
    assert moved[1:] == shown[1:] and moved[0]["start"] == [21, 30]
    page.get_by_label("torch:NAdam lr 1").uncheck()
    assert [walk["made"] for walk in run(page)["walks"]] == [False, True]
    page.locator("#starts").select_option("1")
    same(run(page)["walks"][0], descent[1])

    exact = dlvc.descend("himmelblau", grid=80, exact=True, max_steps=50)
    page = look(exact)
    same(run(page)["walks"][0], exact[0])
    assert "automatic differentiation" in page.inner_text("#made-note")


def test_a_third_partys_optimiser_is_as_live_as_a_built_in_one(look, monkeypatch):
    entry = EntryPoint("foreign", "helpers.foreign_rules", GROUP)
    found = Registry([*entry_points(group=GROUP), entry])
    monkeypatch.setattr("dlvc_cli.reporting.descent.page.write.registry", lambda: found)

    def descend(**options: Any) -> Any:
        plan = plan_descent(found, DescentConfig(surface="madsen", **options))
        return drain(descend_plan(plan, noise()), lambda event: None)

    page = look(descend(optimizer="odd:damp=0.4,counting,adam", max_steps=200))
    shown = run(page)["walks"]
    names = ["odd", "adam", None]
    assert [walk["name"] for walk in shown] == names and shown[0]["asMade"] is True
    assert "as it was made: its rule calls len" in page.inner_text("#optimizers")

    page.get_by_label("mix of odd", exact=True).fill("0.5")
    page.get_by_label("More settings of odd: damp").click()
    page.get_by_label("damp of odd", exact=True).fill("0.25")
    page.get_by_label("More settings of adam: beta2, eps").click()
    page.get_by_label("beta2 of adam", exact=True).fill("0.5")
    page.locator('[data-row="heavy"] input[type=checkbox]').check()
    changed = run(page)["walks"]
    again = descend(optimizer="odd:0.5:0.25,adam:beta2=0.5,heavy", max_steps=200)
    assert [walk["name"] for walk in changed] == ["odd", "adam", "heavy", None]
    for each, walk in zip(changed[:3], again, strict=True):
        same(each, walk)
        assert each["asMade"] is None
    page.get_by_label("momentum of heavy", exact=True).fill("0")
    assert (
        page.get_by_label("momentum of heavy", exact=True).get_attribute("aria-invalid") == "true"
    )


def test_of_many_walks_one_is_shown_at_a_time(look):
    many = dlvc.descend("himmelblau", grid=80, random_starts=150, max_steps=50)
    page = look(many)
    assert "150 walks" in page.inner_text("#made-note")
    alone = dlvc.descend("himmelblau", grid=80, max_steps=50)
    same(run(page)["walks"][0], alone[0])


def test_walks_of_millions_of_steps_end_where_they_should(look):
    page = look(dlvc.descend("himmelblau", grid=80, optimizer="gd", lr=1e-4, stop=0.0))
    page.locator("#max-steps").fill("2500000")
    shown = run(page)["walks"][0]
    options = {"trial": 0, "lr": 1e-4, "eps": 1}
    options |= {"stop": 0, "maxSteps": 2_500_000, "start": shown["start"]}
    end = page.evaluate("(options) => window.dlvc.walk(options)", options)
    assert shown["step"] == end["steps"] > 2**21 and shown["reason"] == end["reason"]
    assert [shown["x"], shown["y"]] == end["end"]
    page.click("#reset")
    page.locator("#time").fill("1000000")
    state = page.evaluate("window.dlvc.state()")
    options["maxSteps"] = state["walks"][0]["step"]
    end = page.evaluate("(options) => window.dlvc.walk(options)", options)
    assert 0 <= 1_000_000 - options["maxSteps"] < 4
    assert [state["walks"][0]["x"], state["walks"][0]["y"]] == end["end"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone(look, scheme):
    descent = dlvc.descend("schaffer", grid=80, optimizer="gd,nesterov,adam", max_steps=99)
    page = look(descent, color_scheme=scheme, has_touch=True)
    page.set_viewport_size({"width": 390, "height": 844})
    wait(page, "document.querySelector('canvas.terrain').width <= 390")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", paper))) / 3
    assert (brightness < 100) == (scheme == "dark")


def test_the_map_zooms_and_comes_back(look):
    page = look(dlvc.descend("schaffer", nesterov=True))
    close = page.evaluate("window.dlvc.state()")["viewport"]
    assert close["width"] < 60
    page.click("#whole")
    whole = page.evaluate("window.dlvc.state()")["viewport"]
    assert whole == {"left": -0.5, "top": -0.5, "width": 1000, "height": 1000}
    box = page.locator("#pad").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -500)
    wait(page, "window.dlvc.state().viewport.width < 600")
    now = page.evaluate("window.dlvc.state()")["viewport"]
    assert now["left"] + now["width"] / 4 == pytest.approx(249.5, abs=2)
    page.click("#fit")
    assert page.evaluate("window.dlvc.state()")["viewport"] == close


def test_nothing_that_is_written_in_it_becomes_part_of_the_page(look):
    evil = "</script><script>document.title = 'gone'</script><!--"
    descent = dataclasses.replace(descend_on(noise(), max_steps=5), command=evil)
    page = look(descent)
    assert page.inner_text("#command") == evil
    assert page.title() == "Gradient descent on made up"


@given(
    moves=st.lists(st.floats(-5, 5), min_size=2, max_size=300),
    most=st.integers(4, 100),
)
@settings(max_examples=50, deadline=None)
def test_what_is_drawn_of_a_path_has_both_its_ends(moves, most):
    path = np.cumsum(np.array(moves[: len(moves) // 2 * 2]).reshape(-1, 2), axis=0)
    steps = _worth_drawing(path, np.arange(len(path)), most)
    assert steps[0] == 0 and steps[-1] == len(path) - 1
    assert len(steps) <= most and (np.diff(steps) > 0).all()


def test_a_page_appears_whole_or_not_at_all(tmp_path):
    descent = descend_on(noise(), max_steps=5)
    target = tmp_path / "walk.html"
    target.write_text("before")
    large = dataclasses.replace(descent.surface, values=np.broadcast_to(0.5, (5000, 5000)))
    with pytest.raises(BadOption, match="smaller --grid"):
        write_page(dataclasses.replace(descent, surface=large), target)
    assert target.read_text() == "before"
    with pytest.raises(RunError):
        write_page(descent, tmp_path / "nowhere" / "walk.html")
    assert [file.name for file in tmp_path.iterdir()] == ["walk.html"]


def test_a_wheel_carries_the_pages_parts():
    from hatchling.builders.wheel import WheelBuilder

    carried = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    assets = ROOT / "dlvc_cli" / "reporting" / "descent" / "page" / "assets"
    parts = {f"dlvc_cli/reporting/descent/page/assets/{file.name}" for file in assets.iterdir()}
    assert parts and parts <= carried
