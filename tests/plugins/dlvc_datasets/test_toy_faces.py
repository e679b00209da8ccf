"""Cats' and dogs' faces as they are drawn for the embedded data set."""

from __future__ import annotations

import numpy as np
from dlvc_datasets.toy_pets import draw


def test_the_class_changes_the_face_and_nothing_else() -> None:
    cats, dogs = draw(np.zeros(64), seed=7), draw(np.ones(64), seed=7)
    changed = (cats != dogs).any(axis=3)
    share = changed.mean(axis=(1, 2))
    assert (share > 0.02).mean() > 0.9
    assert share.max() < 0.8
    np.testing.assert_array_equal(draw(np.zeros(64), seed=7), cats)
    assert (draw(np.zeros(64), seed=8) != cats).mean() > 0.5
