"""The last map of networks of many kinds."""

from __future__ import annotations

import pytest
import torch
from helpers.models import SPECS, build, split, timm_spec
from torch import Tensor, nn

from dlvc_cli.training.last_map import NoMap, last_map, probed


@pytest.mark.parametrize(
    ("name", "size", "where", "channels", "places"),
    [
        # A function that the network itself calls, behind its last module.
        ("cnn", 32, "relu", 512, (2, 2)),
        ("fastcnn", 32, "block3.activation2", 128, (3, 3)),
        ("resnet", 64, "layer4.1.relu", 512, (2, 2)),
        # Where the last stage has one place, the one before it.
        ("resnet", 32, "layer3.1.relu", 256, (2, 2)),
        ("squeezenet", 64, "12", 512, (3, 3)),
        # One place, which is pooled to 6 x 6: the last convolutions have three.
        ("alexnet", 64, "features.11", 256, (3, 3)),
    ],
)
def test_it_is_the_last_of_more_than_one_place(name, size, where, channels, places):
    features, _ = split(SPECS[name], build(SPECS[name]))
    found = last_map(features.eval().requires_grad_(False), torch.randn(1, 3, size, size))
    assert found.name.startswith(where)
    assert (found.channels, found.size) == (channels, places)
    assert not any(module._forward_hooks for module in features.modules())


def test_tokens_are_no_map():
    spec = timm_spec("vit_tiny_patch16_224")
    features, _ = split(spec, build(spec))
    with pytest.raises(NoMap, match=r"\(norm\) are 197 tokens, not a map"):
        last_map(features.eval(), torch.randn(1, 3, 224, 224))


def test_the_probe_is_handed_the_map_and_may_replace_it():
    network = build(SPECS["cnn"]).eval()
    some = torch.randn(2, 3, 32, 32)
    call, probe = probed(network, last_map(network, some[:1]))
    torch.testing.assert_close(call(some), network(some))
    probe.register_forward_hook(lambda module, inputs, output: torch.zeros_like(output))
    torch.testing.assert_close(call(some), network.get_parameter("_fc1.bias").expand(2, -1))


class ChannelsLast(nn.Module):
    """Gives maps with their channels behind height and width."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 5, 4, stride=4)
        self.norm = nn.LayerNorm(5)
        self.head = nn.Linear(5, 2)

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.norm(self.conv(images).permute(0, 2, 3, 1)).mean((1, 2)))


def test_a_map_may_have_its_channels_behind_height_and_width():
    network = ChannelsLast().eval()
    some = torch.randn(2, 3, 32, 16)
    found = last_map(network, some[:1])
    assert (found.name, found.channels, found.size) == ("norm", 5, (8, 4)) and found.channels_last
    call, probe = probed(network, found)
    handed: list[Tensor] = []
    probe.register_forward_hook(lambda module, inputs, output: handed.append(output))
    torch.testing.assert_close(call(some), network(some))
    assert handed[0].shape == (2, 5, 8, 4)


def test_what_does_not_lie_as_the_image_does_is_no_map():
    odd = nn.Sequential(nn.Flatten(), nn.Unflatten(1, (8, 3, 2)), nn.Flatten(), nn.Linear(48, 2))
    with pytest.raises(NoMap, match=r"\(1\) are 8 x 3 x 2, which is no map"):
        last_map(odd.eval(), torch.randn(1, 3, 2, 8))
    flat = nn.Sequential(nn.Flatten(), nn.Linear(48, 2)).eval()
    with pytest.raises(NoMap, match="nothing in it"):
        last_map(flat, torch.randn(1, 3, 4, 4))


def test_what_is_padded_for_the_next_layer_is_no_map_of_its_own():
    convs = nn.Conv2d(3, 6, 4, stride=4), nn.Conv2d(6, 8, 4)
    network = nn.Sequential(convs[0], nn.ZeroPad2d(1), convs[1], nn.Flatten(), nn.Linear(8, 2))
    found = last_map(network.eval(), torch.randn(1, 3, 8, 8))
    assert (found.name, found.channels, found.size) == ("0", 6, (2, 2))
