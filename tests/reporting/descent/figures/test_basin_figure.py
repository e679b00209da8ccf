"""Figures of basins, through ``draw``."""

from __future__ import annotations

import re

import numpy as np
from helpers.drawings import opened, small

import dlvc_cli as dlvc
from dlvc_cli.descent import kernel
from dlvc_cli.reporting.descent.drawing import draw
from dlvc_cli.reporting.descent.figures.basin_figure import draw_basins


def test_a_basin_map_has_each_minimum_s_colour_where_its_walks_start(tmp_path):
    draw(small(basins=12, max_steps=3000), tmp_path / "basins.png")
    pixels = np.asarray(opened(tmp_path / "basins.png")).reshape(-1, 3)
    total = len(pixels)
    # The four minima of Himmelblau's function, each about a quarter of the map.
    for colour in ("0072B2", "E69F00", "009E73", "CC79A7"):
        rgb = [int(colour[k : k + 2], 16) for k in (0, 2, 4)]
        assert (pixels == rgb).all(axis=1).sum() > 0.02 * total


def test_shares_are_written_as_in_tables():
    def written(**options) -> str:
        figure = draw_basins(small(basins=12, **options)).figure
        return "\n".join(text.get_text() for text in figure.texts)

    text = written(max_steps=3000)
    assert "100.0% of 144 starts reach a global minimum" in text
    assert len(re.findall(r"^\d+,\d+: \d\d\.\d%$", text, re.M)) == 4
    assert "100.0% leave the surface" in written(lr=3000, max_steps=20)


def test_walks_that_leave_are_grey_on_a_basin_map(tmp_path):
    def greys(**options) -> int:
        draw(small(basins=12, **options), tmp_path / "basins.png")
        pixels = np.asarray(opened(tmp_path / "basins.png"))
        return int((pixels == (0x8C, 0x8C, 0x8C)).all(axis=2).sum())

    assert greys(lr=3000, max_steps=20) > 10_000 > greys()


def test_the_steps_colours_are_for_those_that_most_walks_take():
    def range_of_steps(descent) -> tuple[float, float]:
        axes = draw_basins(descent).figure.axes
        (image,) = next(each for each in axes if each.get_xlabel() and not each.get_ylabel()).images
        return image.get_clim()

    # Some leave at once, and have no colour; those that stay take a hundred steps and more.
    few = dlvc.descend("sin(x)*cos(y)", grid=60, basins=12, lr=7)
    left = few.trials[0].reasons == kernel.LEFT
    steps = few.trials[0].steps
    assert left.any() and steps[left].min() < steps[~left].min()
    low, high = range_of_steps(few)
    assert steps[~left].min() <= low < np.median(steps[~left]) and high == steps[~left].max()


def test_one_minimum_is_one():
    text = "\n".join(t.get_text() for t in draw_basins(small("quadratic", basins=6)).figure.texts)
    assert "they end in the basin of 1 minimum of the grid" in text
