"""What a descent leaves, as Python has it."""

from __future__ import annotations

import pytest

import dlvc_cli as dlvc


def test_a_single_walk_has_its_attributes_on_the_result():
    descent = dlvc.descend("schaffer", nesterov=True)
    assert descent.path.shape == (descent.steps + 1, 2)
    assert tuple(descent.path[0]) == descent.start and tuple(descent.path[-1]) == descent.end
    assert descent[0].reason == descent.reason and len(descent) == 1


def test_several_walks_are_a_sequence():
    descent = dlvc.descend("schaffer", start=[(1, 2), (30, 40)], optimizer=["gd", "adam"])
    assert len(descent) == 4
    assert [walk.start for walk in descent] == [(1, 2), (30, 40)] * 2
    assert descent[-1].trial.optimizer == "adam" and len(descent[1:3]) == 2
    with pytest.raises(AttributeError, match="there are 4"):
        _ = descent.path
    with pytest.raises(IndexError):
        descent[4]
