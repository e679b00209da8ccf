"""Numbers of a network that are not finite are found, and named."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from dlvc_cli.training.network.finite import not_finite_in


class Masked(nn.Module):
    """A buffer that holds infinity on purpose."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mask", torch.full((2, 2), -math.inf).triu(1))
        self.body = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4))


def test_a_sound_network_is_sound_whatever_its_masks():
    assert not_finite_in(Masked()) is None


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("name", ["body.0.weight", "body.1.bias", "body.1.running_var"])
def test_the_first_that_is_not_finite_is_named(name, value):
    network = Masked()
    with torch.no_grad():
        network.state_dict(keep_vars=True)[name].view(-1)[1] = value
    assert not_finite_in(network) == name


def test_nan_in_any_buffer_is_found():
    network = Masked()
    network.mask[0, 0] = math.nan
    assert not_finite_in(network) == "mask"
