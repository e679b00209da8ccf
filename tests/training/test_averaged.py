"""Probabilities averaged over mirrored and moved images, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from dlvc_cli.errors import BadOption
from dlvc_cli.training.averaged import (
    averaged,
    check_room_to_shift,
    shown_variants,
    variants_shown,
)


def logits(images: Tensor) -> Tensor:
    """Numbers that tell apart which pixel is where."""
    return torch.stack([images[:, 0, 0, 0], images[:, 0, 1, 3] * 2], 1)


@pytest.mark.parametrize("text", ["", "flip", "shift", "flip,shift"])
def test_it_is_the_mean_of_the_softmax_over_all_variants(text: str) -> None:
    images = torch.randn(5, 3, 4, 6, generator=torch.Generator().manual_seed(0))
    variants = [images.numpy()]
    if "shift" in text:
        wide = np.pad(images.numpy(), ((0, 0), (0, 0), (1, 1), (1, 1)), mode="reflect")
        variants += [wide[:, :, 2:6, 2:8], wide[:, :, 0:4, 0:6]]
    if "flip" in text:
        variants += [one[:, :, :, ::-1] for one in variants]
    assert len(variants) == {"": 1, "flip": 2, "shift": 3, "flip,shift": 6}[text]
    assert len(variants) == variants_shown(text.split(","))
    wanted = torch.zeros(5, 2)
    for one in variants:
        wanted += logits(torch.from_numpy(one.copy())).softmax(1) / len(variants)
    made = averaged([logits(one) for one in shown_variants(images, text.split(","))])
    torch.testing.assert_close(made.softmax(1), wanted)


def test_a_share_of_0_is_finite_and_what_is_no_number_stays_none() -> None:
    assert averaged([torch.tensor([[200.0, -200.0]])] * 2).isfinite().all()
    assert averaged([torch.full((1, 2), torch.nan)] * 2).isnan().all()


def test_what_has_a_single_row_cannot_be_moved() -> None:
    check_room_to_shift(("flip",), (1, 5))
    check_room_to_shift(("shift",), (2, 2))
    assert shown_variants(torch.zeros(1, 3, 2, 2), ("shift",))[2].shape == (1, 3, 2, 2)
    with pytest.raises(BadOption, match="2 pixels a side at least, and the network's are 1x5"):
        check_room_to_shift(("flip", "shift"), (1, 5))
