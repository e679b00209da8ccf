"""A plugin's schedule gives plain numbers, or is refused by name."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from helpers.offered import MADE_UP

from dlvc_cli import PluginError, Progress, ScheduleSpec
from dlvc_cli.registry.offers import Choice, Offer
from dlvc_cli.training.schedule import build_schedule


def schedule_of(value):
    spec = ScheduleSpec(name="odd", summary="Odd.", factory=lambda: lambda progress: value)
    return build_schedule(Choice(Offer(spec, MADE_UP), {}))


@pytest.mark.parametrize(
    "value",
    [0.25, np.float64(0.25), np.float32(0.25), np.array(0.25), torch.tensor(0.25),
     torch.tensor([0.25], requires_grad=True)],
)  # fmt: skip
def test_every_kind_of_number_becomes_a_float(value):
    factor = schedule_of(value)(Progress(1.0, 2))
    assert type(factor) is float and factor == 0.25


@pytest.mark.parametrize(
    "value", [None, "0.5", 1j, math.nan, math.inf, 10**400, np.zeros(2), torch.zeros(2)]
)
def test_what_is_no_finite_number_is_refused_and_the_plugin_named(value):
    schedule = schedule_of(value)
    with pytest.raises(PluginError, match="schedule odd of plugin made-up must return a finite"):
        schedule(Progress(1.0, 2))
