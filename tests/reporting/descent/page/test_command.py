"""The command that the page shows is that of what it shows: run, it makes the very same walks."""

from __future__ import annotations

import json
import shlex
from typing import Any

import numpy as np
import pytest
from helpers.pages import image, run
from typer.main import get_command

import dlvc_cli as dlvc
from dlvc_cli.app import app


@pytest.fixture
def made_by(capsys):
    """The walks of command lines, run in this process."""

    def make(text: str) -> list[dict[str, Any]]:
        walks = []
        for line in text.splitlines():
            name, *words = shlex.split(line)
            assert name == "dlvc"
            capsys.readouterr()
            get_command(app).main([*words, "--json"], standalone_mode=False)
            walks += json.loads(capsys.readouterr().out)["walks"]
        return walks

    return make


def key(walk: dict[str, Any]) -> Any:
    return walk["start"], walk["end"], walk["steps"], walk["reason"], walk["value"]


def seen(page: Any) -> list[Any]:
    walks = run(page)["walks"]
    return sorted(
        key({**walk, "end": [walk["x"], walk["y"]], "steps": walk["step"]}) for walk in walks
    )


def check(page: Any, made_by: Any) -> str:
    expected = seen(page)
    text = page.inner_text("#command")
    assert sorted(map(key, made_by(text))) == expected
    return text


def number(page: Any, label: str, value: str) -> None:
    page.get_by_label(label, exact=True).fill(value)


def box(page: Any, name: str) -> Any:
    return page.locator(f'[data-row="{name}"] input[type=checkbox]')


def test_it_follows_all_that_is_set(look, made_by):
    descent = dlvc.descend("madsen", grid=80, nesterov=True, max_steps=400)
    page = look(descent)
    assert page.inner_text("#command") == descent.command == check(page, made_by)

    page.locator("#pad").click(position={"x": 100, "y": 200})
    text = check(page, made_by)
    assert "--start=" in text and "--optimizer nesterov" in text
    number(page, "Learning rate of nesterov", "0.1")
    number(page, "momentum of nesterov", "0.73")
    page.locator("#eps").fill("1.75")
    page.locator("#stop").fill("0.0005")
    page.locator("#max-steps").fill("77")
    words = shlex.split(check(page, made_by))
    assert "nesterov:momentum=0.73" in words and "--stop" in words
    assert words[words.index("--lr") + 1] == "0.1" and words[words.index("--eps") + 1] == "1.75"
    assert words[words.index("--max-steps") + 1] == "77"

    box(page, "adam").check()
    box(page, "gd").check()
    lines = check(page, made_by).splitlines()
    assert [("nesterov" in line, "adam,gd" in line or "gd,adam" in line) for line in lines] == [
        (True, False),
        (False, True),
    ]
    assert "take 2 commands" in page.inner_text("#commands-note")
    number(page, "Learning rate of nesterov", "10")
    assert len(check(page, made_by).splitlines()) == 1
    for name in ("nesterov", "adam", "gd"):
        box(page, name).uncheck()
    assert seen(page) == []
    assert "No walk is shown" in page.inner_text("#command")
    assert page.locator("#copy").is_disabled()
    page.click("#as-made")
    assert check(page, made_by) == descent.command


def test_combinations_are_a_sweep(look, made_by):
    options = {"grid": 80, "max_steps": 200}
    descent = dlvc.descend("beale", sweep=("lr=1,5", "eps=0.5,1"), **options)
    page = look(descent)
    assert check(page, made_by) == descent.command
    page.locator("#start").press("ArrowRight")
    text = check(page, made_by)
    assert "--sweep lr=1,5" in text and "--sweep eps=0.5,1" in text and "\n" not in text
    box(page, "gd").nth(0).uncheck()
    assert len(check(page, made_by).splitlines()) > 1


def test_walks_that_were_made_are_said_too(look, made_by):
    options: dict[str, Any] = {"start": [(20, 30), (60, 50)], "max_steps": 80, "beta": 0.5}
    optimizers = "nesterov,torch:NAdam,torch:SGD"
    descent = dlvc.descend("madsen", grid=80, optimizer=optimizers, nesterov=True, **options)
    page = look(descent)
    text = check(page, made_by)
    assert "--sweep beta=0.5" in text and "torch:NAdam" in text
    page.locator(".row.made input").first.check()
    assert check(page, made_by) == descent.command
    page.locator("#start").press("ArrowRight")
    assert "--start=20.0" not in check(page, made_by)

    exact = dlvc.descend("himmelblau", grid=80, exact=True, max_steps=50)
    page = look(exact)
    assert check(page, made_by) == exact.command
    box(page, "adam").check()
    first, second = check(page, made_by).splitlines()
    assert ("--exact" in first) != ("--exact" in second)


def test_a_rate_that_follows_the_surface_is_said(look, made_by):
    descent = dlvc.descend("x**2 + 3*y**2", domain=(-5, 5), grid=80, optimizer="sgd,adam")
    page = look(descent)
    assert check(page, made_by) == descent.command
    rate = descent[0].trial.lr
    slider = page.get_by_label("Learning rate of gd, slider")
    assert float(page.get_by_label("Learning rate of gd", exact=True).input_value()) == rate
    assert float(slider.get_attribute("min")) < float(slider.input_value())
    box(page, "adam").uncheck()
    assert f"--lr {rate:g}" in check(page, made_by)
    # The others have theirs: a tenth with momentum 0.9, and less once beta is set higher.
    box(page, "gd").uncheck()
    box(page, "momentum").check()
    assert f"--lr {rate / 10:g}" in check(page, made_by)
    box(page, "momentum").uncheck()
    box(page, "adam").check()
    assert "--lr" not in check(page, made_by)


def test_of_many_walks_the_one_that_is_shown_is_said(look, made_by):
    page = look(dlvc.descend("himmelblau", grid=80, random_starts=150, max_steps=50))
    assert "--random-starts" not in check(page, made_by)


def test_a_shell_reads_it(look, dlvc, tmp_path):
    import dlvc_cli

    path = image(tmp_path / "it's $HOME & hills.png", np.uint8)
    page = look(dlvc_cli.descend(str(path), max_steps=60, optimizer="rmsprop:centered=yes"))
    page.locator("#start").press("ArrowRight")
    expected = seen(page)
    words = shlex.split(page.inner_text("#command"))
    assert words[2] == str(path)
    made = json.loads(dlvc(*words[1:], "--json").stdout)["walks"]
    assert sorted(map(key, made)) == expected
