"""Whether features can be computed once is told first."""

from __future__ import annotations

import pytest
from helpers.frozen import TRIED, train
from helpers.transfer import Listener


@pytest.mark.parametrize(
    ("recipe", "why"),
    [
        ({"aug": "crop"}, "since crop changes the images anew in every epoch"),
        ({"aug": "flip,crop,erase"}, "since crop and erase change the images"),
        ({"frozen_bn": "train"}, "batch-norm statistics adapt"),
        ({"feature_cache": False}, "the feature cache is off"),
    ],
)
def test_the_first_line_says_why_training_runs_in_full(folder, computed, recipe, why):
    heard = Listener()
    train(folder, epochs=2, view=heard, **recipe)
    assert why in heard.texts.splitlines()[0]
    assert sum(computed) == TRIED + 2 * 80
