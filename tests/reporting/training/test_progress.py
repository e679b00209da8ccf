"""A run so far, as its events tell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.events import STARTED, STEP, epoch_done, state_of


def test_time_left_follows_the_pace_of_the_last_epochs():
    now = [0.0]
    state = state_of(STARTED, clock=lambda: now[0])
    assert state.time_left is None
    now[0] = 30.0
    state.update(epoch_done(1))
    assert state.time_left == pytest.approx(9 * 30)
    for epoch in range(2, 6):
        now[0] += 10
        state.update(epoch_done(epoch))
    # Four epochs, at 10 seconds each, since the oldest end that still counts.
    assert state.time_left == pytest.approx(5 * 10)


def test_time_left_ends_with_the_last_step():
    now = [0.0]
    # 10 steps an epoch, and 24 in all: two epochs and 0.4 of one.
    started = replace(STARTED, epochs=3, steps_per_epoch=10, max_steps=24)
    state = state_of(started, clock=lambda: now[0])
    now[0] = 20.0
    state.update(replace(STEP, epoch=1, step=5, steps=10))
    assert state.time_left == pytest.approx((24 - 5) * 4)
    state = state_of(replace(started, start_epoch=2), clock=lambda: now[0])
    now[0] += 6.0
    state.update(replace(STEP, epoch=3, step=3, steps=4))
    assert state.time_left == pytest.approx(2)
