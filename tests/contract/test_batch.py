"""Batches, and the adapter that makes one form of op of the three."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlvc_cli import Batch, Draws, PluginError, as_batch_op


def batch(count: int, first: int = 0, height: int = 6, width: int = 5) -> Batch:
    ids = torch.arange(first, first + count)
    generator = torch.Generator().manual_seed(0)
    stored = torch.rand(200, 3, height, width, generator=generator)
    return Batch(stored[ids], ids % 3, ids, num_classes=3)


def draws(of: Batch) -> Draws:
    return Draws(1, 2, 0, of.ids)


def jitter(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A plain NumPy op: turn upside down at random, and add noise."""
    if rng.random() < 0.5:
        image = image[::-1]
    return image + rng.normal(0, 0.1, image.shape)


def test_targets_as_probabilities() -> None:
    hard = batch(4)
    assert torch.equal(hard.soft_targets(), torch.eye(3)[[0, 1, 2, 0]])
    soft = torch.full((4, 3), 1 / 3)
    assert Batch(hard.images, soft, hard.ids, 3).soft_targets() is soft
    assert len(hard) == 4


def test_an_op_on_images_keeps_the_rest() -> None:
    given = batch(4)
    out = as_batch_op(lambda images, draws: images + draws.uniform()[:, :, None, None], "images")(
        given, draws(given)
    )
    torch.testing.assert_close(
        out.images - given.images, draws(given).uniform()[:, :, None, None].expand_as(out.images)
    )
    assert out.targets is given.targets
    assert out.ids is given.ids
    assert out.num_classes == 3


def test_an_op_on_batches_is_taken_as_it_is() -> None:
    def op(given: Batch, draws: Draws) -> Batch:
        return given

    assert as_batch_op(op, "batch") is op


def test_a_sample_op_gets_single_float32_images_with_channels_last() -> None:
    seen = []

    def op(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        seen.append((image.copy(), rng.random()))
        return image

    given = batch(4)
    out = as_batch_op(op, "sample")(given, draws(given))
    assert torch.equal(out.images, given.images)
    assert out.images.is_contiguous()
    for image, (array, _) in zip(given.images, seen, strict=True):
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, image.permute(1, 2, 0).numpy())
    assert len({number for _, number in seen}) == 4


def test_a_sample_op_gives_the_same_in_any_batch() -> None:
    op = as_batch_op(jitter, "sample")
    given = batch(128)
    whole = op(given, draws(given)).images
    assert whole.dtype == torch.float32
    assert whole.shape == given.images.shape
    for i in range(0, 128, 9):
        one = batch(1, i)
        assert torch.equal(whole[i : i + 1], op(one, draws(one)).images)
    again = op(given, Draws(1, 3, 0, given.ids)).images
    assert not torch.equal(whole, again)


def test_a_sample_op_may_work_in_place() -> None:
    def op(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        image *= 0
        image += 7
        return image

    given = batch(3)
    before = given.images.clone()
    out = as_batch_op(op, "sample")(given, draws(given)).images
    assert (out == 7).all()
    assert torch.equal(given.images, before)


def test_a_sample_op_may_change_the_size_and_the_precision() -> None:
    given = batch(3)
    op = as_batch_op(lambda image, rng: image[1:4, :4].astype(np.float64), "sample")
    out = op(given, draws(given)).images
    assert out.dtype == torch.float32
    assert torch.equal(out, given.images[:, :, 1:4, :4])


def test_a_sample_op_whose_sizes_differ_is_told_so() -> None:
    given = batch(8)
    op = as_batch_op(lambda image, rng: image[: rng.integers(1, 6)], "sample")
    with pytest.raises(PluginError, match="of one size"):
        op(given, draws(given))


def test_a_sample_op_that_loses_the_channels_is_told_so() -> None:
    given = batch(2)
    with pytest.raises(PluginError, match=r"\(H, W, C\)"):
        as_batch_op(lambda image, rng: image.mean(2), "sample")(given, draws(given))
