"""posterize, solarize, autocontrast and equalize against torchvision on whole levels."""

from __future__ import annotations

import pytest
import torch
from dlvc_ops.levels import autocontrast, equalize, posterize, solarize
from helpers.ops import whole_levels
from torch import Tensor
from torchvision.transforms.v2 import functional as tv

LEVELS = whole_levels(6, 40, 30)
# A channel of one value, one of two, and one whose greatest value is nearly everywhere.
LEVELS[0, 0] = 77
LEVELS[1, 1] = LEVELS[1, 1] // 128 * 200
LEVELS[2, 2] = torch.where(LEVELS[2, 2] < 40, LEVELS[2, 2], 250)


def same(got: Tensor, wanted: Tensor, steps: float = 0) -> None:
    torch.testing.assert_close(got * 255, wanted.float(), atol=steps + 1e-3, rtol=0)


@pytest.mark.parametrize("bits", range(9))
def test_posterize_leaves_so_many_bits(bits: int) -> None:
    lost = torch.full((6, 1, 1, 1), 8.0 - bits)
    same(posterize(LEVELS / 255, lost), tv.posterize(LEVELS, bits))


@pytest.mark.parametrize("threshold", (0.0, 0.2, 1 / 3, 0.5, 0.8, 1.0))
def test_solarize_inverts_from_the_threshold_up(threshold: float) -> None:
    given = torch.full((6, 1, 1, 1), threshold)
    same(solarize(LEVELS / 255, given), tv.solarize(LEVELS, 255 * threshold))


def test_autocontrast_stretches_each_channel() -> None:
    # Theirs cuts off what is behind the point.
    same(autocontrast(LEVELS / 255), tv.autocontrast(LEVELS), steps=1)
    torch.testing.assert_close(autocontrast(LEVELS / 255), tv.autocontrast(LEVELS / 255))


@pytest.mark.parametrize("height", (2, 8, 16, 40))
def test_equalize_is_pillow_s(height: int) -> None:
    part = LEVELS[:, :, :height]
    same(equalize(part / 255), tv.equalize(part))


def test_equalize_by_hand() -> None:
    """768 pixels, a third each of 10, 20 and 90: a step is 512 // 255 = 2 pixels."""
    image = torch.tensor([10, 20, 90]).repeat(256).view(1, 1, 24, 32) / 255
    wanted = {10: 0, 20: (256 + 1) // 2, 90: 255}
    values = (equalize(image) * 255).round().flatten().tolist()
    assert values[:3] == list(wanted.values())
