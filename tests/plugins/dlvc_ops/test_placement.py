"""flip, crop and resize against NumPy and Pillow."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from helpers.ops import apply, choose, random_images
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dlvc_cli import BadOption, Draws

NUMPY_MODES = {"constant": "constant", "reflect": "reflect", "replicate": "edge"}


def test_flip_mirrors_half_of_the_images_and_leaves_the_others() -> None:
    images = random_images(2000, 3, 5)
    out = apply("flip", images).images
    same = (out == images).flatten(1).all(1)
    mirrored = (out == images.flip(3)).flatten(1).all(1)
    assert (same ^ mirrored).all()
    assert abs(mirrored.float().mean() - 0.5) < 0.05


def test_flip_with_certainty_and_never() -> None:
    images = random_images(16)
    assert torch.equal(apply("flip:1", images).images, images.flip(3))
    assert torch.equal(apply("flip:p=0", images).images, images)


@pytest.mark.parametrize("mode", NUMPY_MODES)
@pytest.mark.parametrize(("size", "pad"), [(None, 1), ((4, 4), 0), ((3, 5), 1), ((7, 6), 2)])
def test_crop_draws_every_window_equally_often_and_nothing_else(
    mode: str, size: tuple[int, int] | None, pad: int
) -> None:
    count, (height, width) = 4000, (4, 5)
    one = np.arange(1.0, 1 + 2 * height * width, dtype=np.float32).reshape(2, height, width)
    around = ((0, 0), (pad, pad), (pad, pad))
    padded = np.pad(one, around, mode=NUMPY_MODES[mode])  # type: ignore[call-overload]
    rows, columns = size or (height, width)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (rows, columns), axis=(1, 2))
    places = windows.transpose(1, 2, 0, 3, 4).reshape(-1, 2 * rows * columns)
    assert len(places) == (height + 2 * pad - rows + 1) * (width + 2 * pad - columns + 1)

    text = f"crop:pad={pad}:mode={mode}" + (f":size={rows}x{columns}" if size else "")
    out = apply(text, torch.from_numpy(one).expand(count, -1, -1, -1)).images
    assert out.shape == (count, 2, rows, columns)
    matches = (out.flatten(1).numpy()[:, None] == places[None]).all(2)
    assert matches.any(1).all()
    distinct = len(np.unique(places, axis=0))
    drawn = matches[:, np.unique(places, axis=0, return_index=True)[1]].sum(0)
    assert (drawn > 0).all()
    if distinct == len(places):
        expected = count / distinct
        assert (np.abs(drawn - expected) < 5 * np.sqrt(expected)).all()


@settings(max_examples=60, deadline=None)
@given(
    height=st.integers(5, 12),
    width=st.integers(5, 12),
    rows=st.integers(1, 18),
    columns=st.integers(1, 18),
    pad=st.integers(0, 4),
    mode=st.sampled_from(sorted(NUMPY_MODES)),
)
def test_outside_training_crop_gives_the_same_size_and_the_centre(
    height: int, width: int, rows: int, columns: int, pad: int, mode: str
) -> None:
    rows, columns = min(rows, height + 2 * pad), min(columns, width + 2 * pad)
    choice = choose(f"crop:{rows}x{columns}:{pad}:{mode}")
    images = random_images(2, height, width)
    draws = Draws(0, 0, 0, torch.arange(2))
    op = choice.build()
    out = op.stand_in(images, draws)
    assert out.shape == op.apply(images, draws).shape == (2, 3, rows, columns)
    around = ((0, 0), (0, 0), (pad, pad), (pad, pad))
    padded = np.pad(images.numpy(), around, mode=NUMPY_MODES[mode])  # type: ignore[call-overload]
    top, left = (padded.shape[2] - rows) // 2, (padded.shape[3] - columns) // 2
    expected = padded[:, :, top : top + rows, left : left + columns]
    np.testing.assert_array_equal(out.numpy(), expected)


def test_a_bare_crop_leaves_images_alone_outside_training() -> None:
    choice = choose("crop")
    images = random_images(3, 7, 9)
    stand_in = choice.build().stand_in
    assert torch.equal(stand_in(images, Draws(0, 0, 0, torch.arange(3))), images)


@pytest.mark.parametrize("size", [(16, 16), (11, 40), (64, 50)])
@pytest.mark.parametrize(
    ("mode", "filter_"),
    [
        ("bilinear", Image.Resampling.BILINEAR),
        ("bicubic", Image.Resampling.BICUBIC),
        ("nearest", Image.Resampling.NEAREST),
    ],
)
def test_resize_agrees_with_pillow(
    size: tuple[int, int], mode: str, filter_: Image.Resampling
) -> None:
    images = random_images(2, 32, 30)
    out = apply(f"resize:{size[0]}x{size[1]}:{mode}", images).images
    for got, image in zip(out.flatten(0, 1), images.flatten(0, 1), strict=True):
        wanted = Image.fromarray(image.numpy()).resize(size[::-1], filter_)
        np.testing.assert_allclose(got.numpy(), np.asarray(wanted), atol=2e-5)


def test_flip_alternate_mirrors_each_image_in_every_other_epoch() -> None:
    images = random_images(400, 3, 5)

    def mirrored(epoch: int, ids: torch.Tensor | None = None) -> torch.Tensor:
        given = images if ids is None else images[ids]
        out = apply("flip:alternate", given, ids, epoch=epoch).images
        flipped = (out == given.flip(3)).flatten(1).all(1)
        assert (flipped ^ (out == given).flatten(1).all(1)).all()
        return flipped

    first = mirrored(0)
    assert abs(first.float().mean() - 0.5) < 0.1
    for epoch in range(1, 6):
        assert torch.equal(mirrored(epoch), first ^ (epoch % 2 == 1))
    some = torch.tensor([7, 3, 311])
    assert torch.equal(mirrored(4, some), first[some])


def test_the_variants_of_flip_alternate_are_what_it_does() -> None:
    op = choose("flip:p=alternate").build()
    images = random_images(50, 3, 5)
    for epoch in range(3):
        variants = op.variants.draw(Draws(1, epoch, 0, torch.arange(50)))
        out = op.apply(images, Draws(1, epoch, 0, torch.arange(50)))
        assert variants.dtype == torch.int64
        wanted = torch.where(variants.bool()[:, None, None, None], images.flip(3), images)
        assert torch.equal(out, wanted)


@pytest.mark.parametrize("text", ["flip:sometimes", "flip:1.5"])
def test_flip_refuses_what_is_neither_a_probability_nor_alternate(text: str) -> None:
    with pytest.raises(BadOption, match="flip"):
        choose(text)
