"""A path is exact while it is short, and an even choice of its steps where it is long."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.descents import descend_on, wells

from dlvc_cli.descent import engine
from dlvc_cli.descent.engine import descend_plan, prepare_surface
from dlvc_cli.descent.kept_path import KeptPath
from dlvc_cli.descent.request import plan_request
from dlvc_cli.events import drain


def walked(steps: int, most: int, piece: int) -> KeptPath:
    """A walk whose position after step k is (k, -k), taken in pieces."""
    kept = KeptPath(np.zeros(2), most)
    for first in range(1, steps + 1, piece):
        after = np.arange(first, min(first + piece, steps + 1), dtype=np.float64)
        kept.add(np.column_stack([after, -after]))
    return kept


@pytest.mark.parametrize("piece", [1, 7, 1000])
def test_a_short_path_is_whole(piece):
    points, steps = walked(99, 100, piece).path()
    assert steps.tolist() == list(range(100))
    assert points.tolist() == [[k, -k] for k in range(100)]


@pytest.mark.parametrize("piece", [1, 7, 1000])
@pytest.mark.parametrize("length", [100, 101, 1_000, 12_345])
def test_of_a_long_path_the_first_steps_are_kept_and_two_in_every_stride(length, piece):
    kept = walked(length, 100, piece)
    points, steps = kept.path()
    stride = kept.stride
    assert 75 <= len(points) <= 101
    assert stride == 2 ** (stride.bit_length() - 1) > 2
    assert steps.tolist() == sorted(
        {k for k in range(length + 1) if k < 50 or k % stride in (0, 1)} | {length}
    )
    np.testing.assert_array_equal(points, np.column_stack([steps, -steps]))


@pytest.mark.parametrize(
    ("optimizer", "starts"), [("adam", 1), ("adam", 5), ("torch:Adam", 1), ("torch:Adam", 3)]
)
def test_no_engine_keeps_more_than_its_share(optimizer, starts, monkeypatch):
    """On floats, compiled and in NumPy; Adam at this learning rate swings to and fro for ever."""
    options = {"optimizer": optimizer, "random_starts": starts, "lr": 0.5, "stop": 0.0}
    whole = descend_on(wells(), max_steps=900, **options)
    monkeypatch.setattr(engine, "_MOST_KEPT", 64)
    thinned = descend_on(wells(), max_steps=900, **options)
    for walk, other in zip(thinned, whole, strict=True):
        assert walk.steps == other.steps == 900 and walk.end == other.end
        assert len(other.path) == 901 and 48 <= len(walk.path) <= 65
        assert (walk.path_steps[0], walk.path_steps[-1]) == (0, 900)
        np.testing.assert_array_equal(walk.path, other.path[walk.path_steps])


def test_all_walks_share_what_is_kept(monkeypatch):
    monkeypatch.setattr(engine, "_ALL_KEPT", 600)
    notices: list[str] = []
    plan = plan_request(
        {"surface": "schaffer", "grid": 50, "random_starts": 10, "optimizer": "gd,adam"}
        | {"stop": 0.0, "max_steps": 500}
    )
    events = descend_plan(plan, prepare_surface(plan))
    descent = drain(events, lambda e: notices.append(getattr(e, "text", "")))
    assert max(len(walk.path) for walk in descent) <= 600 // 20 + 1
    assert any("long paths, the first steps and" in text for text in notices)
