"""Options from Python that are wrong are refused in a sentence."""

from __future__ import annotations

import math

import pytest

import dlvc_cli as dlvc
from dlvc_cli import BadOption


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"start": (1, 2, 3)}, "column and a row"),
        ({"start": "ab"}, "column and a row"),
        ({"start": (math.nan, 1)}, "column and a row"),
        ({"domain": 5}, "pair of numbers"),
        ({"grid": 2}, "at least|3 to"),
        ({"lr": "fast"}, "takes a number"),
        ({"nonsense": 1}, "no option called nonsense"),
        ({"exact": True, "eps": 2.0}, "no --eps"),
        ({"max_steps": 0}, "at least 1"),
        ({"basins": 3000, "sweep": "lr=1,2,3,4"}, "of 4 trials are 36,000,000 walks"),
    ],
)
def test_wrong_options_are_refused(options, text):
    with pytest.raises(BadOption, match=text):
        dlvc.descend("madsen", **options)
