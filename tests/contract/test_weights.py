"""Descriptions of weights check themselves."""

from __future__ import annotations

import pytest

from dlvc_cli import WeightsSpec
from dlvc_cli.errors import SpecError


@pytest.mark.parametrize(
    "wrong",
    [
        {"mean": 0.5},
        {"mean": (127, 127, 127)},
        {"std": (0, 0, 0)},
        {"input_size": 0},
        {"num_classes": -1},
        {"factory": "nowhere"},
    ],
)
def test_weights_that_are_wrongly_described_are_refused(wrong):
    with pytest.raises(SpecError, match=next(iter(wrong))):
        WeightsSpec(**{"name": "own", "source": "here", "factory": "here:fetch"} | wrong)
