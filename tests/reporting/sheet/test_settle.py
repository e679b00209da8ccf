"""In no figure of any kind does text lie on other text, or outside, whatever is drawn."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from helpers.drawings import plan_small
from helpers.events import metrics
from helpers.overlaps import faults

from dlvc_cli.descent.engine import descend_plan, prepare_surface
from dlvc_cli.descent.walks import Descent
from dlvc_cli.events import drain
from dlvc_cli.reporting.descent import drawing
from dlvc_cli.reporting.descent.figures.canvas import Canvas
from dlvc_cli.reporting.sheet.settle import settle
from dlvc_cli.reporting.sheet.style import new_figure
from dlvc_cli.reporting.training.comparison_figure import PlottedRun, comparison_figure
from dlvc_cli.reporting.training.plots import run_figures

LONG = "a surface of a very long name, longer than any sheet is wide, " * 4
EIGHT = ",".join(f"adam:beta1=0.{k}12345678:beta2=0.99999{k}:eps={k}e-20" for k in range(1, 9))
TWELVE = ",".join(f"sgd:momentum=0.{k:02}" for k in range(12))

KINDS = {
    "walk": {},
    "eight walks": {"optimizer": EIGHT},
    "twelve walks": {"optimizer": TWELVE},
    "eight starts": {"start": tuple((3.123456789 * k, 7) for k in range(8))},
    "close-up": {"start": ((3.123456, 4.123456),), "max_steps": 1, "lr": 1e-5},
    "sweep": {"sweep": ("lr=1e-300,1e-5,1e300", "beta=0,0.123456789"), "optimizer": "sgd"},
    "sweep of many": {"sweep": ("lr=1,2,3,4,5,6,7,8,9,10,11,12",), "optimizer": "sgd"},
    "basins": {"basins": 6},
    "basins by place": {"basins": 6, "surface": "schaffer"},
    "basins of several": {"basins": 4, "optimizer": ",".join(EIGHT.split(",")[:3])},
    "random starts": {"random_starts": 120},
    "random starts of eight": {"random_starts": 120, "optimizer": EIGHT},
    "textbook": {"surface": "schaffer:form=textbook", "domain": (-5.0, 5.0), "basins": 6},
    "a wide plane": {"surface": "quadratic", "domain": (-1e150, 1e150)},
    "a narrow plane": {"surface": "quadratic", "domain": (1.0, 1.0 + 1e-9)},
}
VALUES = {
    "tiny": lambda values: values * 1e-300,
    "huge": lambda values: values * 1e300,
    "nearly the same": lambda values: 0.5 + values * 1e-9,
    # A surface that is constant is refused; a part of one may be.
    "constant": lambda values: np.full_like(values, 0.5),
    "wide": lambda values: 10.0 ** (-300 * (1 - values)),
}
EXTREME = [
    *(("eight walks", values) for values in VALUES),
    ("sweep", "wide"),
    ("sweep", "nearly the same"),
    ("basins", "tiny"),
    ("random starts", "huge"),
    ("random starts", "nearly the same"),
]


def descent(kind: str, values: str | None = None) -> Descent:
    plan = plan_small(**{"grid": 30, "max_steps": 60} | KINDS[kind])
    surface = prepare_surface(plan)
    surface = replace(surface, name=LONG)
    if values is not None:
        surface = replace(surface, values=VALUES[values](surface.values))
    return drain(descend_plan(plan, surface), lambda event: None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("error")
def test_no_text_of_a_descent_lies_on_other_text(kind):
    canvas = drawing._figure(descent(kind))
    canvas.settle()
    assert faults(canvas.figure) == []


@pytest.mark.parametrize(
    ("kind", "values"),
    EXTREME,
)
def test_nor_where_values_are_extreme(kind, values):
    canvas = drawing._figure(descent(kind, values))
    canvas.settle()
    assert faults(canvas.figure) == []


@pytest.mark.parametrize("kind", ["walk", "eight walks", "close-up"])
def test_nor_in_an_animation(kind, tmp_path, monkeypatch):
    seen: list[Canvas] = []
    write = Canvas.write
    monkeypatch.setattr(Canvas, "write", lambda *given: (seen.append(given[0]), write(*given)))
    drawing.draw(descent(kind), tmp_path / "walk.gif")
    (canvas,) = seen
    assert faults(canvas.figure) == []


def test_nor_in_a_walk_of_a_million_steps():
    walks = descent("walk")
    curve = walks.trials[0]
    long = replace(
        curve,
        steps=np.array([1_000_000]),
        path_steps=[np.linspace(0, 1_000_000, len(curve.path_steps[0])).astype(int)],
    )
    canvas = drawing._figure(replace(walks, trials=(long,)))
    canvas.settle()
    assert faults(canvas.figure) == []


LINES = {
    "one epoch": [metrics(1)],
    "many": [metrics(epoch, train_acc=0.5, val_acc_running=0.6) for epoch in range(1, 201)],
    "tiny": [metrics(epoch, train_loss=1e-300 * epoch, val_loss=1e-300) for epoch in (1, 2, 3)],
    "huge": [metrics(epoch, train_loss=1e300 * epoch, val_loss=1e300) for epoch in (1, 2, 3)],
    "wide": [metrics(epoch, train_loss=10.0 ** (300 - 30 * epoch)) for epoch in range(1, 20)],
    "nearly the same": [
        metrics(epoch, train_loss=0.5 + epoch * 1e-12, val_loss=0.5) for epoch in (1, 2, 3)
    ],
    "nothing": [metrics(1, train_loss=math.nan, val_loss=None, val_acc=None)],
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES.keys())
@pytest.mark.filterwarnings("error")
def test_nor_in_the_curves_of_a_run(lines):
    for figure in run_figures(lines, "a-run-of-a-very-long-name-" * 8).values():
        assert faults(figure) == []
    for slide in (False, True):
        runs = [PlottedRun("one", lines, {"aug": ""}), PlottedRun("two", lines, {"aug": "flip"})]
        keys = ("train_loss", "val_loss", "train_acc", "val_acc")
        assert faults(comparison_figure(runs, keys, slide=slide)) == []


@pytest.mark.parametrize(("count", "slide"), [(1, True), (8, True), (20, False)])
def test_nor_in_a_comparison_of_many_runs(count, slide):
    options = {"aug": "flip,crop,erase:p=0.25," * 9, "lr": "1e-300", "weights": "/a/path" * 20}
    runs = [
        PlottedRun(f"a-run-of-a-very-long-name-{k}-" * 6, LINES["many"], options)
        for k in range(count)
    ]
    figure = comparison_figure(runs, ("val_acc",), slide=slide)
    assert faults(figure) == []


def test_the_search_finds_what_is_wrong():
    figure = new_figure(3, 2, 100)
    axes = figure.add_axes((0.2, 0.2, 0.6, 0.6))
    axes.set_xlim(0, 1e6)
    axes.set_xticks(np.linspace(0, 1e6, 12))
    figure.text(0.5, 0.5, "in the way")
    figure.text(0.9, 0.95, "a title that runs out")
    found = " ".join(faults(figure))
    assert "lies on '0.1" in found or "lies on '0." in found
    assert "'in the way' lies on axes" in found
    assert "'a title that runs out' leaves the figure" in found
    settle(figure)
    assert not [fault for fault in faults(figure) if "lies on '0" in fault]
