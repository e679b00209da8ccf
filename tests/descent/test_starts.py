"""Where walks start: on a grid, or drawn."""

from __future__ import annotations

from helpers.descents import descend_on, noise


def test_basins_start_row_by_row_from_corner_to_corner():
    descent = descend_on(noise(), basins=3, max_steps=1)
    starts = [walk.start for walk in descent]
    assert starts[:4] == [(0, 0), (15, 0), (30, 0), (0, 11)] and starts[-1] == (30, 22)


def test_random_starts_are_those_of_the_seed_and_on_the_surface():
    first, again, other = (
        [walk.start for walk in descend_on(noise(), random_starts=50, seed=s, max_steps=1)]
        for s in (1, 1, 2)
    )
    assert first == again != other
    assert all(0 <= x <= 30 and 0 <= y <= 22 for x, y in first)
