"""Arrows on the page: the gradient that the engine takes next, and the step that it has taken."""

from __future__ import annotations

from typing import Any

import numpy as np
from helpers.descents import choose_optimizer, rule_of
from helpers.pages import run

import dlvc_cli as dlvc
from dlvc_cli.descent import kernel
from dlvc_cli.descent.single import SingleEngine, stay
from dlvc_cli.descent.walk_state import StepSettings, WalkState

OPTIMIZERS = ["gd", "nesterov", "momentum:0.5", "adam", "rmsprop:momentum=0.5", "adagrad"]


def moment_in_python(surface: Any, text: str, trial: Any, start: Any, step: int) -> Any:
    """Where the engine's next gradient is taken, and what it is, by the kernel itself."""
    rule = rule_of(choose_optimizer(text))
    engine = SingleEngine(surface, rule, StepSettings(trial.lr, trial.eps, 0.0, 10**6))
    state = WalkState(np.array([start], dtype=np.float64))
    engine.advance(state, step)
    ahead = [
        min(max((rule.look_ahead or stay)(place, kept, rule.settings), 0.0), last)
        for place, kept, last in zip(
            state.positions[0].tolist(), engine._rule_state, surface.corner, strict=True
        )
    ]
    heights = surface.values.ravel().tolist()
    return ahead, kernel.slope(heights, surface.columns, surface.rows, *ahead, trial.eps)


def test_arrows_are_the_engines_own_gradients_and_steps(look):
    descent = dlvc.descend("himmelblau", grid=80, optimizer=",".join(OPTIMIZERS), max_steps=1500)
    page = look(descent)
    run(page)
    for step in (0, 1, 7, 60, 1200):
        moments = page.evaluate("(step) => window.dlvc.moments(step)", step)
        for text, walk, moment in zip(OPTIMIZERS, descent, moments, strict=True):
            if step > walk.steps:
                continue
            ahead, slopes = moment_in_python(descent.surface, text, walk.trial, walk.start, step)
            gradient = moment["gradient"]
            assert [moment["x"], moment["y"]] == walk.path[step].tolist()
            assert [gradient["x"], gradient["y"]] == ahead, text
            assert (gradient["across"], gradient["down"]) == slopes, text
            last = None if step == 0 else (walk.path[step] - walk.path[step - 1]).tolist()
            assert moment["update"] == last
    looks_ahead = page.evaluate("window.dlvc.moments(7)")[1]
    assert looks_ahead["gradient"]["x"] != looks_ahead["x"]


def test_arrows_are_drawn_with_their_figures_when_they_are_asked_for(look):
    descent = dlvc.descend("himmelblau", grid=80, optimizer="gd,nesterov,torch:NAdam", max_steps=99)
    page = look(descent)
    run(page)
    marks = "document.getElementById('pad').toDataURL()"
    page.locator("#time").fill("5")
    run(page)
    without = page.evaluate(marks)
    assert page.locator("#arrow-figures").is_hidden() and page.locator("#arrow-key").is_hidden()
    page.locator("#arrows").check()
    run(page)
    assert page.evaluate(marks) != without
    # A walk that was made has no gradients to show.
    lines = page.locator("#arrow-figures p").all_inner_texts()
    assert [line.partition(":")[0] for line in lines] == ["gd", "nesterov"]
    assert "ahead at" in lines[1] and "ahead at" not in lines[0]
    across, down = descent[0].path[5] - descent[0].path[4]
    assert lines[0].endswith(f"last step ({across:.3g}, {down:.3g})")
    page.click("#reset")
    run(page)
    assert "no step yet" in page.inner_text("#arrow-figures")
    page.locator("#arrows").press("Space")
    run(page)
    assert page.locator("#arrow-figures").is_hidden()
