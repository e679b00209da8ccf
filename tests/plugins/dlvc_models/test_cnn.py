"""The course's network."""

from __future__ import annotations

import pytest
import torch
from helpers.models import SPECS, build, images, millions, train
from torch.nn.functional import max_pool2d, relu


def test_cnn_is_the_network_of_the_course() -> None:
    model = build(SPECS["cnn"])
    state = model.state_dict()
    layers = ["_cn1", "_cn2", "_cn3", "_cn4", "_cn5", "_fc1"]
    assert list(state) == [f"{layer}.{part}" for layer in layers for part in ("weight", "bias")]
    x = images(32)
    expected = x
    for number in range(1, 6):
        weight, bias = state[f"_cn{number}.weight"], state[f"_cn{number}.bias"]
        expected = relu(torch.conv2d(expected, weight, bias, stride=1, padding=1))
        expected = max_pool2d(expected, 2) if number < 5 else expected
    expected = expected.mean((2, 3)) @ state["_fc1.weight"].T + state["_fc1.bias"]
    torch.testing.assert_close(model(x), expected)
    assert millions(model) == pytest.approx(1.569602)


@pytest.mark.parametrize("height,width", [(16, 16), (17, 40), (33, 21)])
def test_cnn_takes_any_size_from_16(height: int, width: int) -> None:
    assert build(SPECS["cnn"], 5)(torch.zeros(1, 3, height, width)).shape == (1, 5)


def test_cnn_trains_at_the_learning_rate_of_the_course() -> None:
    losses = train(build(SPECS["cnn"]), lr=0.1, steps=60, size=16)
    assert min(losses) < 0.3
