"""A descent as JSON and CSV; and all that shows long paths, of which some steps are kept."""

from __future__ import annotations

import base64
import csv
import json
import zlib
from typing import Any

import numpy as np
import pytest
from helpers.drawings import small
from rich.console import Console

from dlvc_cli.descent import engine
from dlvc_cli.descent.walks import Descent
from dlvc_cli.registry.registry import registry
from dlvc_cli.reporting.descent.figures.curve_panel import take_curves
from dlvc_cli.reporting.descent.page.contents import page_data
from dlvc_cli.reporting.descent.page.live_rules import LiveRules
from dlvc_cli.reporting.descent.records import json_pieces, write_csv
from dlvc_cli.reporting.descent.terminal.frame import Layout
from dlvc_cli.reporting.descent.terminal.letters import Letters
from dlvc_cli.reporting.descent.terminal.replay import Replay
from dlvc_cli.reporting.descent.terminal.terrain import Terrain
from dlvc_cli.reporting.descent.window import whole

# Walks that swing to and fro for all of their steps.
OPTIONS: dict[str, Any] = {
    "optimizer": "adam",
    "start": ((5, 5), (50, 20)),
    "lr": 3.0,
    "stop": 0.0,
    "max_steps": 1000,
}


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> Descent:
    monkeypatch.setattr(engine, "_MOST_KEPT", 64)
    return small(**OPTIONS)


@pytest.fixture(scope="module")
def full() -> Descent:
    return small(**OPTIONS)


def read(descent: Descent) -> Any:
    return json.loads("".join(json_pieces(descent)))


def test_json_says_which_steps_a_long_path_has(long, full):
    for record, walk, other in zip(read(long)["walks"], long, full, strict=True):
        assert walk.steps == 1000 and len(record["path"]) < 66
        assert record["path_steps"] == walk.path_steps.tolist()
        assert record["path"] == other.path[walk.path_steps].tolist()
    assert [record["path_steps"] for record in read(full)["walks"]] == [None, None]
    assert [len(record["path"]) for record in read(full)["walks"]] == [1001, 1001]


def test_a_table_has_the_numbers_of_its_steps(long, full, tmp_path):
    write_csv(long, tmp_path / "walk.csv")
    with (tmp_path / "walk.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for number, walk in enumerate(long):
        own = [row for row in rows if row["walk"] == str(number)]
        assert [int(row["step"]) for row in own] == walk.path_steps.tolist()
        values = full.field.value(full[number].path)
        for row in own:
            assert float(row["value"]) == pytest.approx(values[int(row["step"])])


def test_figures_know_the_steps_of_a_long_path(long, full):
    for curve, other in zip(take_curves(long), take_curves(full), strict=True):
        assert curve.most_fallen() == other.most_fallen()
        for step in (0, 1, 40, 500, 999, 1000, 5000):
            index = curve.before(step)
            assert curve.steps[index] <= step
            assert index == len(curve.path) - 1 or curve.steps[index + 1] > step
            assert (curve.path[index] == other.path[curve.steps[index]]).all()


def test_a_page_carries_the_steps_of_a_long_path(long):
    data = page_data(long, LiveRules(registry().offers("optimizers"), long.surface))
    packed = data["paths"]["steps"]
    ranks = np.frombuffer(zlib.decompress(base64.b64decode(packed["data"])), np.uint8)
    steps = np.ascontiguousarray(ranks.reshape(4, -1).T).view("<u4").ravel()
    # The page computes the first walk, and carries the path of the second.
    assert steps.tolist() == long[1].path_steps.tolist()


def test_the_live_view_shows_the_last_step_that_is_known(long):
    letters = Letters.of(False, len(long))
    ground = Terrain(long.surface, whole(long.surface), (40, 12), None, letters)
    replay = Replay(long, ground, Layout((40, 12), (40, 20), beside=True))
    console = Console(width=100)
    for step in (700, 1000):
        with console.capture() as capture:
            console.print(replay.at(step)[1])
        for walk in long:
            known = walk.path_steps[walk.path_steps <= step].max()
            assert f"{known:,}" in capture.get()
