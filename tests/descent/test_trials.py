"""What options make of an optimiser."""

from __future__ import annotations

import numpy as np
from helpers.descents import descend_on, wells


def test_nesterov_alone_means_a_beta_of_0_9():
    starts = ((14.5, 9.25),)
    alone, spelt = (
        descend_on(wells(), start=starts, **options)
        for options in ({"nesterov": True}, {"nesterov": True, "beta": 0.9})
    )
    assert np.array_equal(alone[0].path, spelt[0].path)
    assert alone[0].trial.choice.values == {"momentum": 0.9, "nesterov": True}
