"""The image decoder: every kind of image becomes (H, W, 3) uint8; what isn't one is named."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.image_files import grey3
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dlvc_cli import DataError
from dlvc_cli.images import decode as module
from dlvc_cli.images.decode import Target, decode

RNG = np.random.default_rng(0)
RGB = RNG.integers(0, 256, (6, 9, 3), dtype=np.uint8)
GREY = RNG.integers(0, 256, (6, 9), dtype=np.uint8)


def save(image: Image.Image, path: Path, **options: Any) -> Path:
    image.save(path, **options)
    return path


# What isn't an image -----------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "bmp", "tif", "webp", "ppm"])
def test_truncated_files_are_named(tmp_path: Path, suffix: str) -> None:
    noise = Image.fromarray(RNG.integers(0, 256, (64, 64, 3), dtype=np.uint8))
    path = save(noise, tmp_path / f"cut.{suffix}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=rf"cut\.{suffix} is "):
        decode(path)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=60, deadline=None)
@given(
    suffix=st.sampled_from(["PNG", "JPEG", "GIF", "TIFF", "WEBP"]),
    edits=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_damaged_bytes_give_an_image_or_a_data_error(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, edits: list[tuple[float, int]]
) -> None:
    buffer = io.BytesIO()
    Image.fromarray(RGB).save(buffer, suffix)
    data = bytearray(buffer.getvalue())
    for place, value in edits:
        data[int(place * len(data))] = value
    path = tmp_path_factory.mktemp("damaged") / "a"
    path.write_bytes(data)
    try:
        assert decode(path).ndim == 3
    except DataError as error:
        assert str(path) in str(error)


# Size ---------------------------------------------------------------------------------------


@given(
    height=st.integers(1, 70),
    width=st.integers(1, 70),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    how=st.sampled_from(["crop", "squash"]),
)
def test_an_image_gets_the_size_that_is_asked_for(
    height: int, width: int, size: tuple[int, int], how: str
) -> None:
    array = np.full((height, width, 3), 77, np.uint8)
    fitted = decode(array, Target(size, how))
    assert fitted.shape == (*size, 3)
    assert (fitted == 77).all()


def test_crop_keeps_the_middle_and_the_aspect_ratio() -> None:
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = 200
    assert (decode(wide, Target((20, 20))) == 200).all()
    tall = wide.transpose(1, 0, 2)
    assert (decode(np.ascontiguousarray(tall), Target((20, 20))) == 200).all()
    squashed = decode(wide, Target((20, 30), "squash"))
    assert (squashed[:, :8] < 5).all()
    assert (squashed[:, 13:17] > 195).all()


def test_crop_is_resizing_the_short_side_then_the_centre() -> None:
    smooth = Image.fromarray(RGB).resize((90, 60), Image.Resampling.BICUBIC)
    resized = smooth.resize((48, 32), Image.Resampling.BICUBIC)
    expected = np.asarray(resized)[:, 8:40]
    shown = decode(np.array(smooth), Target((32, 32)))
    assert np.abs(shown.astype(int) - expected).max() <= 1


def test_files_images_and_arrays_come_to_one_size_alike(tmp_path: Path) -> None:
    noise = RNG.integers(0, 256, (60, 90, 3), dtype=np.uint8)
    path = save(Image.fromarray(noise), tmp_path / "a.png")
    for how in ("crop", "squash"):
        left = 15 if how == "crop" else 0
        image = Image.fromarray(noise).resize(
            (20, 20), Image.Resampling.BICUBIC, box=(left, 0, 90 - left, 60)
        )
        for source in (path, noise, Image.fromarray(noise)):
            np.testing.assert_array_equal(decode(source, Target((20, 20), how)), np.asarray(image))
    np.testing.assert_array_equal(decode(path, Target((60, 90))), noise, "nothing is to be done")


def test_shrinking_is_antialiased() -> None:
    checks = np.indices((64, 64)).sum(0) % 2 * 255
    small = decode(grey3(checks.astype(np.uint8)), Target((16, 16)))
    assert np.abs(small[2:-2, 2:-2].astype(int) - 127).max() < 10


def photo(height: int, width: int) -> Image.Image:
    """A smooth image with some grain, as photographs are."""
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8))
    pixels = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC)).astype(int)
    grainy = pixels + rng.integers(-12, 13, pixels.shape)
    return Image.fromarray(grainy.clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("how", ["crop", "squash"])
@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize(("height", "width", "reduction"), [(600, 830, 4), (255, 900, 1)])
def test_large_jpegs_are_decoded_at_a_scale_that_leaves_twice_what_is_wanted(
    tmp_path, monkeypatch, how, orientation, height, width, reduction
):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "a.jpg"
    photo(height, width).save(path, quality=92, exif=exif)
    size = (64, 70) if orientation == 1 else (70, 64)
    decoded = []
    to_rgb = module.to_rgb

    def watched(image):
        decoded.append(image.size)
        return to_rgb(image)

    monkeypatch.setattr(module, "to_rgb", watched)
    shown = decode(path, Target(size, how)).astype(int)
    full = decode(path, Target(size, how, reduced=False)).astype(int)
    assert decoded == [(-(-width // reduction), -(-height // reduction)), (width, height)]
    assert shown.shape == (*size, 3)
    assert abs(shown - full).mean() < 1 and abs(shown - full).max() < 30
    assert abs((shown - full).mean()) < 0.3, "nothing is shifted in brightness"
