"""The image decoder: every kind of image becomes (H, W, 3) uint8; what isn't one is named."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dlvc_cli import DataError
from dlvc_cli.images.decode import decode, fit_to, probe

RNG = np.random.default_rng(0)
RGB = RNG.integers(0, 256, (6, 9, 3), dtype=np.uint8)
GREY = RNG.integers(0, 256, (6, 9), dtype=np.uint8)
DEEP = np.array([[0, 257, 513, 32896, 65535]], np.uint16)
DEEP_LEVELS = np.rint(DEEP / 257).astype(np.uint8)


def save(image: Image.Image, path: Path, **options: Any) -> Path:
    image.save(path, **options)
    return path


def grey3(levels: np.ndarray) -> np.ndarray:
    return np.stack([levels] * 3, axis=2)


def on_white(rgb: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    share = alpha[..., None] / 255
    return rgb * share + 255 * (1 - share)


# What each mode becomes ---------------------------------------------------------------------


def test_rgb_and_grey_keep_their_values(tmp_path: Path) -> None:
    np.testing.assert_array_equal(decode(save(Image.fromarray(RGB), tmp_path / "a.png")), RGB)
    grey = decode(save(Image.fromarray(GREY), tmp_path / "b.png"))
    np.testing.assert_array_equal(grey, grey3(GREY))
    assert grey.dtype == np.uint8
    assert grey.flags.writeable  # torch.from_numpy warns of one that isn't


def test_one_bit_is_black_and_white(tmp_path: Path) -> None:
    bits = GREY > 127
    path = save(Image.fromarray(bits), tmp_path / "bits.png")
    np.testing.assert_array_equal(decode(path), grey3(bits * np.uint8(255)))


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_laid_on_white(tmp_path: Path, mode: str) -> None:
    alpha = RNG.integers(0, 256, (6, 9), dtype=np.uint8)
    rgb = RGB if mode == "RGBA" else grey3(GREY)
    image = Image.fromarray(np.dstack([rgb, alpha])).convert(mode)
    shown = decode(save(image, tmp_path / "a.png")).astype(int)
    np.testing.assert_allclose(shown, on_white(rgb, alpha), atol=1.01)


def test_palette_with_and_without_a_transparent_colour(tmp_path: Path) -> None:
    palette = Image.fromarray(RGB).quantize(16)
    plain = decode(save(palette, tmp_path / "plain.png"))
    np.testing.assert_array_equal(plain, np.asarray(palette.convert("RGB")))
    clear = int(np.asarray(palette)[2, 3])
    shown = decode(save(palette, tmp_path / "clear.png", transparency=clear))
    see_through = np.asarray(palette) == clear
    assert (shown[see_through] == 255).all()
    np.testing.assert_array_equal(shown[~see_through], plain[~see_through])


def test_palette_with_partly_transparent_colours(tmp_path: Path) -> None:
    palette = Image.fromarray(RGB).quantize(4)
    path = save(palette, tmp_path / "a.png", transparency=bytes([0, 128, 255, 255]))
    alpha = np.array([0, 128, 255, 255], np.uint8)[np.asarray(palette)]
    expected = on_white(np.asarray(palette.convert("RGB")), alpha)
    np.testing.assert_allclose(decode(path).astype(int), expected, atol=1.01)


def test_rgb_png_with_a_transparent_colour(tmp_path: Path) -> None:
    image = Image.new("RGB", (2, 1), (10, 20, 30))
    image.putpixel((1, 0), (1, 2, 3))
    path = save(image, tmp_path / "a.png", transparency=(10, 20, 30))
    assert decode(path).tolist() == [[[255, 255, 255], [1, 2, 3]]]


def test_cmyk_jpeg_is_converted(tmp_path: Path) -> None:
    red = Image.new("RGB", (16, 16), (200, 30, 40)).convert("CMYK")
    shown = decode(save(red, tmp_path / "a.jpg", quality=95))
    assert np.abs(shown.astype(int) - [200, 30, 40]).max() < 8


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_16_bit_grey_is_scaled_not_clipped(tmp_path: Path, suffix: str) -> None:
    path = save(Image.fromarray(DEEP), tmp_path / f"a.{suffix}")
    with Image.open(path) as image:
        assert image.mode.startswith("I")
    np.testing.assert_array_equal(decode(path), grey3(DEEP_LEVELS))


def test_big_endian_and_32_bit_images_of_16_bit_values() -> None:
    big = Image.fromarray(DEEP.astype(">u2"))
    assert big.mode == "I;16B"
    np.testing.assert_array_equal(decode(big), grey3(DEEP_LEVELS))
    wide = Image.fromarray(DEEP.astype(np.int32))
    assert wide.mode == "I"
    np.testing.assert_array_equal(decode(wide), grey3(DEEP_LEVELS))


def test_deeper_than_16_bits_is_refused_by_name(tmp_path: Path) -> None:
    path = save(Image.fromarray(np.array([[0, 70000]], np.int32)), tmp_path / "deep.tif")
    with pytest.raises(DataError, match=r"deep\.tif holds values from 0 to 70000"):
        decode(path)


@pytest.mark.parametrize("top", [1.0, 255.0, 65535.0])
def test_floats_take_the_range_that_fits(tmp_path: Path, top: float) -> None:
    values = np.array([[0, 0.25, 0.5, 1]], np.float32) * np.float32(top)
    path = save(Image.fromarray(values), tmp_path / "f.tif")
    assert decode(path)[0, :, 0].tolist() == [0, 64, 128, 255]


@pytest.mark.parametrize("wrong", [np.nan, -1.0, 1e6])
def test_floats_out_of_range_are_refused(wrong: float) -> None:
    with pytest.raises(DataError, match="values from"):
        decode(Image.fromarray(np.array([[0, wrong]], np.float32)))


def test_first_frame_of_an_animation(tmp_path: Path) -> None:
    red, blue = Image.new("RGB", (4, 3), "red"), Image.new("RGB", (4, 3), "blue")
    for name in ("a.gif", "a.webp", "a.png", "a.tif"):
        path = save(red, tmp_path / name, save_all=True, append_images=[blue])
        assert decode(path).shape == (3, 4, 3)
        assert decode(path)[0, 0, 0] > 200, name
        assert decode(path)[0, 0, 2] < 50, name


# Orientation --------------------------------------------------------------------------------

TURNED = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: np.rot90(a, 2).transpose(1, 0, 2),
    8: lambda a: np.rot90(a),
}


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("orientation", list(TURNED))
def test_exif_orientation(tmp_path: Path, suffix: str, orientation: int) -> None:
    # Blocks of one colour, so that lossy formats keep them apart.
    blocks = np.array([[[250, 0, 0], [0, 250, 0], [0, 0, 250]], [[250] * 3, [0] * 3, [128] * 3]])
    pixels = blocks.astype(np.uint8).repeat(16, 0).repeat(16, 1)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save(Image.fromarray(pixels), tmp_path / f"a.{suffix}", exif=exif)
    shown, expected = decode(path), TURNED[orientation](pixels)
    assert probe(path) == shown.shape[:2] == expected.shape[:2]
    centres = (slice(8, None, 16), slice(8, None, 16))
    assert np.abs(shown[centres].astype(int) - expected[centres]).max() < 60


def test_a_png_with_its_exif_block_last(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = save(Image.fromarray(RGB), tmp_path / "a.png", exif=exif).read_bytes()
    start = data.index(b"eXIf") - 4
    end = start + 12 + int.from_bytes(data[start : start + 4])
    last = data.index(b"IEND") - 4
    moved = data[:start] + data[end:last] + data[start:end] + data[last:]
    path = tmp_path / "late.png"
    path.write_bytes(moved)
    np.testing.assert_array_equal(decode(path), np.rot90(RGB, -1))
    assert probe(path) == (9, 6)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_exif_leaves_the_image_readable(tmp_path: Path) -> None:
    path = save(Image.fromarray(RGB), tmp_path / "a.png", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff")
    np.testing.assert_array_equal(decode(path), RGB)
    assert probe(path) == (6, 9)


def test_probe_reads_the_header_only(tmp_path: Path) -> None:
    path = save(Image.effect_noise((200, 100), 50), tmp_path / "a.jpg")
    path.write_bytes(path.read_bytes()[:1000])
    assert probe(path) == (100, 200)
    with pytest.raises(DataError, match=r"a\.jpg is damaged"):
        decode(path)


def test_probe_of_images_and_arrays() -> None:
    assert probe(RGB) == probe(GREY) == probe(Image.fromarray(RGB)) == (6, 9)
    with pytest.raises(DataError, match="shape"):
        probe(np.zeros(3))


# Arrays -------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(6, 9), (6, 9, 1), (6, 9, 3), (6, 9, 4)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float16, np.float32, np.float64])
def test_arrays(shape: tuple[int, ...], dtype: type) -> None:
    levels = RNG.integers(0, 256, shape, dtype=np.uint8)
    array: np.ndarray = levels.astype(dtype)
    if dtype == np.uint16:
        array = array * np.uint16(257)
    elif dtype != np.uint8:
        array = array / dtype(255)
    shown = decode(array)
    assert shown.shape == (6, 9, 3)
    assert shown.dtype == np.uint8
    if shape[-1] == 4:
        expected = on_white(levels[..., :3], levels[..., 3])
        np.testing.assert_allclose(shown.astype(int), expected, atol=1.01)
    elif shape[-1] == 3:
        np.testing.assert_array_equal(shown, levels)
    else:
        np.testing.assert_array_equal(shown, grey3(levels.reshape(6, 9)))


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros(4, np.uint8),
        np.zeros((3, 6, 9, 3), np.uint8),
        np.zeros((6, 9, 5), np.uint8),
        np.zeros((0, 9, 3), np.uint8),
        np.zeros((6, 9), np.int64),
        np.full((6, 9), 2.0),
        np.full((6, 9), np.nan),
    ],
)
def test_wrong_arrays_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(DataError, match="image"):
        decode(wrong)


# What isn't an image -----------------------------------------------------------------------


def test_bad_files_are_named_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "words.jpg").write_text("not an image")
    cases = {
        "empty.png": "is empty",
        "words.jpg": "is no image file",
        "missing.png": "There is no file",
        ".": "is a folder",
    }
    for name, message in cases.items():
        path = tmp_path / name
        for read in (decode, probe):
            with pytest.raises(DataError, match=message) as caught:
                read(path)
            assert str(path) in str(caught.value)


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


def test_decompression_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(Image.new("1", (100, 100)), tmp_path / "bomb.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    for read in (decode, probe):
        with pytest.raises(DataError, match=r"bomb\.png has too many pixels"):
            read(path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads every file")
def test_unreadable_file_is_named(tmp_path: Path) -> None:
    path = save(Image.fromarray(RGB), tmp_path / "a.png")
    path.chmod(0)
    with pytest.raises(DataError, match="permission denied"):
        decode(path)


# Size ---------------------------------------------------------------------------------------


@given(
    height=st.integers(1, 70),
    width=st.integers(1, 70),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    how=st.sampled_from(["crop", "squash"]),
)
def test_fit_to_gives_the_size(height: int, width: int, size: tuple[int, int], how: str) -> None:
    array = np.full((height, width, 3), 77, np.uint8)
    fitted = fit_to(array, size, how)
    assert fitted.shape == (*size, 3)
    assert (fitted == 77).all()


def test_fit_to_leaves_an_image_of_the_size_alone() -> None:
    assert fit_to(RGB, (6, 9)) is RGB


def test_crop_keeps_the_middle_and_the_aspect_ratio() -> None:
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = 200
    assert (fit_to(wide, (20, 20)) == 200).all()
    tall = wide.transpose(1, 0, 2)
    assert (fit_to(np.ascontiguousarray(tall), (20, 20)) == 200).all()
    squashed = fit_to(wide, (20, 30), "squash")
    assert (squashed[:, :8] < 5).all()
    assert (squashed[:, 13:17] > 195).all()


def test_crop_is_resizing_the_short_side_then_the_centre() -> None:
    smooth = Image.fromarray(RGB).resize((90, 60), Image.Resampling.BICUBIC)
    resized = smooth.resize((48, 32), Image.Resampling.BICUBIC)
    expected = np.asarray(resized)[:, 8:40]
    shown = fit_to(np.array(smooth), (32, 32))
    assert np.abs(shown.astype(int) - expected).max() <= 1


def test_shrinking_is_antialiased() -> None:
    checks = np.indices((64, 64)).sum(0) % 2 * 255
    small = fit_to(grey3(checks.astype(np.uint8)), (16, 16))
    assert np.abs(small[2:-2, 2:-2].astype(int) - 127).max() < 10
