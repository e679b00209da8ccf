"""random_resized_crop against torchvision's windows and its resizing."""

from __future__ import annotations

import math

import pytest
import torch
from dlvc_ops.resized_crop import ResizedCrop
from helpers.ops import apply, choose, random_images
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as tv

from dlvc_cli import Draws


@pytest.mark.parametrize("size", (None, (9, 14), (70, 50), (40, 20), (12, 90)))
def test_windows_are_resized_as_torchvision_does(size: tuple[int, int] | None) -> None:
    images, op = random_images(12, 32, 40), ResizedCrop(size)
    draws = Draws(0, 0, 0, torch.arange(12))
    out = op(images, draws)
    windows = op.windows(32, 40, Draws(0, 0, 0, torch.arange(12))).int().tolist()
    for got, image, window in zip(out, images, windows, strict=True):
        wanted = tv.resized_crop(image, *window, list(size or (32, 40)), antialias=True)
        torch.testing.assert_close(got, wanted, atol=1e-5, rtol=0)


def test_windows_are_distributed_as_torchvision_s() -> None:
    """Means and deviations of the sides and places, of 3,000 windows each."""
    count = 3000
    ours = ResizedCrop().windows(48, 64, Draws(0, 0, 0, torch.arange(count)))
    torch.manual_seed(0)
    transform, image = v2.RandomResizedCrop(8), torch.zeros(1, 48, 64)
    drawn = [transform.make_params([image]) for _ in range(count)]
    theirs = torch.tensor([[d["top"], d["left"], d["height"], d["width"]] for d in drawn]).float()
    for moment in (ours.mean(0) - theirs.mean(0), ours.std(0) - theirs.std(0)):
        assert bool((moment.abs() < 4 * ours.std(0) * math.sqrt(2 / count)).all())
    top, left, tall, wide = ours.unbind(1)
    assert bool(((top >= 0) & (left >= 0) & (tall >= 1) & (wide >= 1)).all())
    assert bool(((top + tall <= 48) & (left + wide <= 64)).all())


@pytest.mark.parametrize(
    ("shape", "window"),
    [((20, 90), (0, 31, 20, 27)), ((90, 20), (31, 0, 27, 20)), ((30, 30), (0, 0, 30, 30))],
)
def test_where_no_draw_fits_it_is_the_largest_in_the_middle(
    shape: tuple[int, int], window: tuple[int, ...]
) -> None:
    # A whole image's area fits into none that is longer than the ratio allows.
    op = ResizedCrop(low=1, high=1, ratio=0.75 if shape != (30, 30) else 0.999)
    windows = op.windows(*shape, Draws(0, 0, 0, torch.arange(50)))
    assert windows.tolist() == [list(window)] * 50


def test_outside_training_the_whole_image_is_resized() -> None:
    images, draws = random_images(2, 20, 30), Draws(0, 0, 0, torch.arange(2))
    stand_in = choose("random_resized_crop:size=10x15").build().stand_in
    wanted = tv.resize(images, [10, 15], antialias=True)
    torch.testing.assert_close(stand_in(images, draws), wanted)
    assert choose("random_resized_crop").build().stand_in is None
    whole = apply("random_resized_crop:size=10x15:low=1:ratio=1", images[..., :20]).images
    torch.testing.assert_close(whole, tv.resize(images[..., :20], [10, 15], antialias=True))
