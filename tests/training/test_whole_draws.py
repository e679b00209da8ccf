"""What is drawn for a part of a batch is that part of what the whole draws, to the bit."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from dlvc_cli.training.whole_draws import WholeBatchDraws

COUNT = 11


class DropPath(nn.Module):
    """Stochastic depth, as timm has it."""

    def forward(self, x):
        shape = (x.shape[0],) + (1,) * (x.ndim - 1)
        return x * x.new_empty(shape).bernoulli_(0.6)


class Noise(nn.Module):
    def forward(self, x):
        return x + torch.randn_like(x) * torch.rand(len(x), 1, 1, 1) + torch.rand((len(x), 1, 1, 1))


class Windows(nn.Module):
    """Dropout on four windows of each image."""

    def forward(self, x):
        windows = x.reshape(4 * len(x), -1)
        return functional.dropout(windows, 0.4).reshape(x.shape)


NETWORKS = {
    "dropout": nn.Dropout(0.3),
    "in place": nn.Sequential(nn.Identity(), nn.Dropout(0.3, inplace=True)),
    "channels": nn.Dropout2d(0.5),
    "torch.dropout": nn.Sequential(nn.Conv2d(3, 3, 1), nn.Dropout(0.2), DropPath()),
    "depth": DropPath(),
    "noise": Noise(),
    "windows": Windows(),
}


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("world", [2, 3, 4])
@pytest.mark.parametrize("network", NETWORKS)
def test_parts_draw_what_the_whole_draws(network, world, layout):
    module = NETWORKS[network].train()
    images = torch.rand(COUNT, 3, 4, 6).contiguous(memory_format=layout)

    def drawn(rows):
        torch.manual_seed(5)
        return module(images[rows].clone(memory_format=layout))

    whole = drawn(slice(None))
    for rank in range(world):
        part = slice(COUNT * rank // world, COUNT * (rank + 1) // world)
        with WholeBatchDraws(COUNT, part):
            assert torch.equal(drawn(part), whole[part])


def test_gradients_pass_where_the_mask_lets_them():
    images = torch.ones(4, 8, requires_grad=True)
    with WholeBatchDraws(8, slice(2, 6)):
        outputs = functional.dropout(images, 0.5)
    outputs.sum().backward()
    assert torch.equal(images.grad, outputs.detach())


def test_what_is_not_drawn_for_rows_is_the_same_for_all():
    weight = nn.Parameter(torch.ones(4, 4))
    found = []
    for part in (slice(0, 2), slice(2, 4)):
        torch.manual_seed(0)
        with WholeBatchDraws(4, part):
            found.append((functional.dropout(weight, 0.5), torch.rand(3), torch.randn(())))
            assert torch.equal(functional.dropout(weight, 0.5, training=False), weight)
    for mine, theirs in zip(*found, strict=True):
        assert torch.equal(mine, theirs)
