"""A run so far, as its events tell."""

from __future__ import annotations

import pytest
from helpers.events import STARTED, epoch_done, state_of


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
