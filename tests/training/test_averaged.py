"""Probabilities averaged over mirrored and moved images, by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from dlvc_cli.errors import BadOption
from dlvc_cli.training.averaged import averaged, check_tta


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
    wanted = torch.zeros(5, 2)
    for one in variants:
        wanted += logits(torch.from_numpy(one.copy())).softmax(1) / len(variants)
    torch.testing.assert_close(averaged(logits, images, check_tta(text)).softmax(1), wanted)


def test_a_share_of_0_is_finite_and_what_is_no_number_stays_none() -> None:
    sure = averaged(
        lambda images: torch.tensor([[200.0, -200.0]]), torch.zeros(1, 3, 4, 4), ("flip",)
    )
    assert sure.isfinite().all()
    lost = averaged(
        lambda images: torch.full((1, 2), torch.nan), torch.zeros(1, 3, 4, 4), ("flip",)
    )
    assert lost.isnan().all()


@pytest.mark.parametrize("text", ["mirror", "flip,flip", "flip,"])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(BadOption, match="--tta is flip, shift"):
        check_tta(text)
