"""The charts in the panel of a training."""

from __future__ import annotations

import dataclasses

import pytest
from helpers.events import STARTED, STEP, draw, epoch_done, metrics, state_of

from dlvc_cli.reporting.terminal_chart import Curve, Plot


def test_a_resumed_run_shows_its_earlier_curve():
    history = tuple(metrics(epoch) for epoch in range(1, 7))
    fresh = draw(state_of(STARTED))
    resumed = draw(state_of(dataclasses.replace(STARTED, start_epoch=6, history=history)))
    assert any("⠉" <= letter <= "⣿" for line in resumed for letter in line)
    assert not any("⠉" <= letter <= "⣿" for line in fresh for letter in line)
    assert any("★ best 0.6874 at epoch 6, saved" in line for line in resumed)
    assert any("Epoch 6/10" in line for line in resumed)


def test_early_on_the_batches_are_drawn():
    steps = [dataclasses.replace(STEP, step=step, loss=1 / step) for step in range(1, 60)]
    lines = draw(state_of(STARTED, *steps), width=100)
    assert any("batches" in line for line in lines)
    assert any("⠁" <= letter <= "⣿" for line in lines for letter in line)
    later = [epoch_done(epoch) for epoch in range(1, 10)]
    assert not any("batches" in line for line in draw(state_of(STARTED, *steps, *later)))


def early(**options):
    steps = [dataclasses.replace(STEP, step=step, loss=1 / step) for step in range(1, 60)]
    return draw(state_of(STARTED, *steps, epoch_done(1), epoch_done(2), epoch_done(3)), **options)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_without_colour_curves_differ_and_the_key_says_how(width):
    text = "\n".join(early(width=width, no_color=True))
    assert "━ train 0.5103  ╍ val 0.6859" in text and "∙ batches" in text
    text = "\n".join(early(width=width, encoding="ascii"))
    assert "o train 0.5103  x val 0.6859" in text and ". batches" in text
    text = "\n".join(early(width=width))
    assert "Loss  train 0.5103  val 0.6859" in text and " batches " in text
    assert "━ train" not in text


def test_lines_gaps_and_dots_are_three_ways_to_draw_a_curve():
    points = [(x / 10, 0.5) for x in range(0, 11, 2)]

    def dots(pattern):
        plot = Plot((20, 1), (0, 1), (0, 1), log=False)
        plot.draw(Curve(points, "", "o", pattern))
        return sum(
            (ord(letter) & 0xFF).bit_count() for letter in plot.rows()[0].plain if letter != " "
        )

    # Of forty dots side by side: all, the first two of four, and one at each of six points.
    assert [dots("line"), dots("gaps"), dots("dots")] == [40, 20, 6]
