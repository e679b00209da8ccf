"""The charts in the panel of a training."""

from __future__ import annotations

import dataclasses

from helpers.events import STARTED, STEP, draw, epoch_done, metrics, state_of


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
