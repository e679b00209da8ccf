"""color against torchvision; normalize, add and mul against plain arithmetic."""

from __future__ import annotations

import pytest
import torch
from dlvc_ops import colour
from helpers.ops import apply, random_images
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision.transforms import functional as tv

from dlvc_cli import Draws

ADJUST = {
    "brightness": (colour.adjust_brightness, tv.adjust_brightness, (0.0, 0.4, 1.0, 1.7)),
    "contrast": (colour.adjust_contrast, tv.adjust_contrast, (0.0, 0.4, 1.0, 1.7)),
    "saturation": (colour.adjust_saturation, tv.adjust_saturation, (0.0, 0.4, 1.0, 1.7)),
    "hue": (colour.adjust_hue, tv.adjust_hue, (-0.5, -0.17, 0.0, 0.3, 0.5)),
}


@pytest.mark.parametrize("channels", (1, 3))
@pytest.mark.parametrize("name", ADJUST)
def test_each_component_agrees_with_torchvision(name: str, channels: int) -> None:
    ours, theirs, amounts = ADJUST[name]
    images = random_images(len(amounts), 12, 10, channels)
    images[:, :, 0] = 0.0
    images[:, :, 1] = 1.0
    images[:, :, 2] = images[:, :1, 2]  # grey pixels
    images[:, -1, 3] = images[:, 0, 3]  # two channels alike
    out = ours(images, torch.tensor(amounts)[:, None, None, None])
    for got, image, amount in zip(out, images, amounts, strict=True):
        torch.testing.assert_close(got, theirs(image, amount), atol=2e-6, rtol=0)


@pytest.mark.parametrize("size", ((12, 10), (3, 4), (2, 9)))
def test_sharpness_agrees_with_torchvision(size: tuple[int, int]) -> None:
    images, amounts = random_images(4, *size), (0.0, 0.4, 1.0, 1.9)
    out = colour.adjust_sharpness(images, torch.tensor(amounts)[:, None, None, None])
    for got, image, amount in zip(out, images, amounts, strict=True):
        torch.testing.assert_close(got, tv.adjust_sharpness(image, amount), atol=2e-6, rtol=0)


def test_color_applies_the_four_in_order_with_the_factors_it_draws() -> None:
    images = random_images(8, 12, 10)
    out = apply("color:0.3:0.4:1.5:0.2", images).images
    draws = Draws(0, 0, 0, torch.arange(8))
    ranges = ((0.7, 1.3), (0.6, 1.4), (0.0, 2.5), (-0.2, 0.2))
    factors = torch.cat([draws.uniform(low=low, high=high) for low, high in ranges], dim=1)
    for got, image, row in zip(out, images, factors.tolist(), strict=True):
        wanted = image
        for (_, theirs, _), factor in zip(ADJUST.values(), row, strict=True):
            wanted = theirs(wanted, factor)
        torch.testing.assert_close(got, wanted, atol=2e-5, rtol=0)


def test_a_component_that_is_switched_off_leaves_the_others_draws_alone() -> None:
    images = random_images(4)
    assert torch.equal(apply("color:0:0:0:0", images).images, images)
    hue_alone = apply("color:0:0:0:0.2", images).images
    shift = Draws(0, 0, 0, torch.arange(4)).uniform(4)[:, 3] * 0.4 - 0.2
    wanted = colour.adjust_hue(images, shift[:, None, None, None])
    torch.testing.assert_close(hue_alone, wanted, atol=1e-5, rtol=0)


@settings(max_examples=40, deadline=None)
@given(
    mean=st.lists(st.floats(-2, 2), min_size=3, max_size=3),
    std=st.lists(st.floats(0.01, 5), min_size=3, max_size=3),
)
def test_normalize_for_each_channel(mean: list[float], std: list[float]) -> None:
    images = random_images(2, 4, 5)
    text = "/".join(map(repr, mean)) + ":" + "/".join(map(repr, std))
    out = apply(f"normalize:{text}", images).images
    torch.testing.assert_close(out, tv.normalize(images, mean, std))


def test_arithmetic_with_one_value_and_one_for_each_channel() -> None:
    images = random_images(2, 4, 5)
    each = torch.tensor([0.1, -0.2, 3.0])[:, None, None]
    assert torch.equal(apply("normalize", images).images, (images - 0.5) / 0.5)
    assert torch.equal(apply("add:-0.25", images).images, images - 0.25)
    assert torch.equal(apply("add:0.1/-0.2/3", images).images, images + each)
    assert torch.equal(apply("mul:2.5", images).images, images * 2.5)
    assert torch.equal(apply("mul:0.1/-0.2/3", images).images, images * each)
