"""Networks run on shapes alone, against counts by hand and those that torchvision publishes."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torchvision.models import get_model, get_model_weights

from dlvc_cli.training.network.shapes import run_on_shapes


class Twice(nn.Module):
    """One layer that is called twice, one that never is, and one that returns several tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, 3, 3, padding=1)
        self.idle = nn.Linear(2, 2)
        self.pair = Pair()

    def forward(self, images: Tensor) -> Tensor:
        first, _ = self.pair(self.layer(self.layer(images)))
        return first.flatten(1)


class Pair(nn.Module):
    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        return images[:, :1], images


def test_calls_add_up_and_what_is_not_called_is_missing() -> None:
    with torch.device("meta"):
        network = Twice()
    passed = run_on_shapes(network, (4, 6))
    # 3 x 3 x 3 multiply-adds for each of 3 x 4 x 6 numbers, twice.
    assert passed[network.layer].multiply_adds == 2 * 27 * 72
    assert passed[network].multiply_adds == 2 * 27 * 72
    assert passed[network.layer].output == (3, 4, 6) and passed[network].output == (24,)
    assert passed[network.pair].output == (1, 4, 6)
    assert network.idle not in passed
    assert network.layer.weight.device.type == "meta", "nothing is allocated"


@pytest.mark.parametrize("name", ["resnet18", "vgg11", "squeezenet1_1", "densenet121"])
def test_multiply_adds_are_those_that_torchvision_publishes(name: str) -> None:
    with torch.device("meta"):
        network = get_model(name, weights=None)
    published = get_model_weights(name)["IMAGENET1K_V1"].meta["_ops"]
    total = run_on_shapes(network, (224, 224))[network].multiply_adds
    assert total / 1e9 == pytest.approx(published, rel=0.005)
