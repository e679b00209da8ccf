"""erase, cutmix and mixup: rectangles, shares and probabilities."""

from __future__ import annotations

import pytest
import torch
from helpers.ops import apply, random_images
from scipy import stats
from torch import Tensor

SIDE = 40


def rectangles(mask: Tensor) -> tuple[Tensor, Tensor]:
    """Return heights and widths (N,) of the rectangles in a mask (N, H, W), checking their form."""
    rows, columns = mask.any(2), mask.any(1)
    assert torch.equal(mask, rows[:, :, None] & columns[:, None, :])
    for line in (rows, columns):
        edges = line.int().diff(dim=1).abs().sum(1)
        assert (edges <= 2).all()
    return rows.sum(1), columns.sum(1)


def erased(text: str, count: int = 1000, channels: int = 1) -> tuple[Tensor, Tensor]:
    out = apply(text, torch.full((count, channels, SIDE, SIDE), 2.0)).images
    return out, (out != 2).any(1)


def test_erase_draws_rectangles_of_the_area_and_shape_it_says() -> None:
    _, mask = erased("erase:1:low=0.05:high=0.3:ratio=0.4")
    height, width = rectangles(mask)
    assert (height > 0).all()
    area = height * width / SIDE**2
    assert 0.04 < area.min() < 0.07
    assert 0.28 < area.max() < 0.33
    assert abs(area.mean() - 0.175) < 0.01
    shape = height / width
    assert 0.35 < shape.min() < 0.5
    assert 2.2 < shape.max() < 2.9


def test_erase_reaches_every_border_and_covers_the_middle_most() -> None:
    _, mask = erased("erase:1")
    share = mask.float().mean(0)
    assert (share > 0).all()
    assert share[15:25, 15:25].mean() > share[:3, :3].mean()
    # Mirror images are equally likely.
    assert (share - share.flip(0)).abs().max() < 0.1
    assert (share - share.flip(1)).abs().max() < 0.1


def test_erase_with_its_probability() -> None:
    assert abs(erased("erase:0.25")[1].any(2).any(1).float().mean() - 0.25) < 0.05
    assert not erased("erase:0")[1].any()


def test_erase_leaves_an_image_that_no_rectangle_fits() -> None:
    whole = "erase:1:low=1:high=1:ratio=1"
    assert erased(whole, 4)[1].all()
    oblong = torch.full((4, 1, 4, 40), 2.0)
    assert torch.equal(apply(whole, oblong).images, oblong)


@pytest.mark.parametrize("fill", ("noise", "color", "zero"))
def test_what_erase_fills_with(fill: str) -> None:
    out, mask = erased(f"erase:1:fill={fill}", 200, channels=3)
    filled = out.permute(0, 2, 3, 1)[mask]
    if fill == "zero":
        assert (filled == 0).all()
        return
    assert 0 <= filled.min() < 0.02 < 0.98 < filled.max() <= 1
    assert (filled.mean(0) - 0.5).abs().max() < 0.1
    kinds = [len(image[:, seen].unique(dim=1)[0]) for image, seen in zip(out, mask, strict=True)]
    if fill == "color":
        assert set(kinds) == {1}
        assert len(filled.unique(dim=0)) == 200
    else:
        assert min(kinds) > 10
        torch.testing.assert_close(filled * 255, (filled * 255).round())
        assert stats.kstest(filled.flatten().numpy(), "uniform").statistic < 0.01


def mixed(text: str, count: int = 256, epoch: int = 0) -> tuple[Tensor, Tensor]:
    """Mix images of one value each, every image its own class; return images and targets."""
    values = torch.linspace(0, 1, count)
    images = values[:, None, None, None].expand(count, 1, SIDE, SIDE)
    batch = apply(text, images, targets=torch.arange(count), classes=count, epoch=epoch)
    return batch.images, batch.targets


@pytest.mark.parametrize("text", ("mixup", "cutmix", "mixup:0.3", "cutmix:0.3"))
def test_targets_are_the_shares_of_the_images(text: str) -> None:
    images, targets = mixed(text)
    assert targets.shape == (256, 256)
    assert (targets >= 0).all()
    torch.testing.assert_close(targets.sum(1), torch.ones(256))
    expected = targets @ torch.linspace(0, 1, 256)
    torch.testing.assert_close(images.mean((1, 2, 3)), expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize("text", ("mixup", "cutmix"))
def test_partners_are_a_permutation_of_the_batch(text: str) -> None:
    _, targets = mixed(text)
    others = targets.clone().fill_diagonal_(0) > 0
    assert (others.sum(0) <= 1).all()
    assert (others.sum(1) <= 1).all()
    assert others.sum() > 240


def test_mixup_shares_follow_the_beta_distribution() -> None:
    for alpha in (1.0, 0.3):
        _, targets = mixed(f"mixup:{alpha}", 2000)
        kept = targets.diagonal().double().numpy()
        assert stats.kstest(kept, stats.beta(alpha, alpha).cdf).statistic < 0.04


def test_mixup_blends_pixel_by_pixel() -> None:
    images = random_images(16)
    batch = apply("mixup", images, targets=torch.arange(16), classes=16)
    torch.testing.assert_close(batch.images, torch.einsum("nm,mchw->nchw", batch.targets, images))


def test_cutmix_pastes_one_rectangle_from_the_same_place() -> None:
    images = random_images(64)
    batch = apply("cutmix", images, targets=torch.arange(64), classes=64)
    partners = batch.targets.clone().fill_diagonal_(-1).argmax(1)
    pasted = (batch.images != images).any(1)
    height, width = rectangles(pasted)
    assert torch.equal(batch.images, torch.where(pasted[:, None], images[partners], images))
    torch.testing.assert_close(1 - batch.targets.diagonal(), height * width / 32**2)
    assert len(height.unique()) > 10
    reached = pasted.any(0)
    assert reached.all()


@pytest.mark.parametrize("text", ("mixup", "cutmix"))
def test_the_share_of_images_that_are_mixed(text: str) -> None:
    images, targets = mixed(f"{text}:p=0")
    assert torch.equal(targets, torch.eye(256))
    assert torch.equal(images[:, 0, 0, 0], torch.linspace(0, 1, 256))
    _, targets = mixed(f"{text}:p=0.3", 1000)
    assert abs((targets.diagonal() < 1).float().mean() - 0.3) < 0.06


@pytest.mark.parametrize("text", ("mixup", "cutmix"))
def test_mixing_again_gives_the_same_and_another_epoch_something_else(text: str) -> None:
    assert torch.equal(mixed(text)[1], mixed(text)[1])
    assert not torch.equal(mixed(text)[1], mixed(text, epoch=1)[1])


@pytest.mark.parametrize("text", ("mixup", "cutmix"))
def test_mixing_what_is_mixed_already(text: str) -> None:
    soft = torch.rand(32, 5).softmax(1)
    batch = apply(text, random_images(32), targets=soft, classes=5)
    torch.testing.assert_close(batch.targets.sum(1), torch.ones(32))
    torch.testing.assert_close(batch.targets.sum(0).sum(), torch.tensor(32.0))
    assert not torch.equal(batch.targets, soft)
