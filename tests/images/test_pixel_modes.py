"""Every mode and depth that Pillow reads: the right levels, or refused by name."""

from __future__ import annotations

import colorsys
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.image_files import grey3, on_white, png, tiff
from PIL import Image
from skimage.color import rgb2xyz, xyz2lab

from dlvc_cli import DataError
from dlvc_cli.images.decode import decode
from dlvc_cli.images.header import read_header

RNG = np.random.default_rng(0)
RGB = RNG.integers(0, 256, (6, 9, 3), dtype=np.uint8)
GREY = RGB[..., 0]
ALPHA = RNG.integers(0, 256, (6, 9), dtype=np.uint8)
DEEP = np.array([[0, 257, 513, 32896, 65535]], np.uint16)
DEEP_LEVELS = [0, 1, 2, 128, 255]  # DEEP / 257, rounded
WHITE = [255, 255, 255]


def shorts(values: Any, order: str = ">") -> bytes:
    return np.asarray(values, f"{order}u2").tobytes()


def written(path: Path, data: bytes | Image.Image, **options: Any) -> Path:
    if isinstance(data, bytes):
        path.write_bytes(data)
    else:
        data.save(path, **options)
    return path


# Files that Pillow writes, and arrays that it takes ------------------------------------------


def cmyk_to_rgb(ink: np.ndarray) -> np.ndarray:
    share = 1 - ink / 255
    return 255 * share[..., :3] * share[..., 3:]


HSV = np.array([[[0, 255, 255], [85, 255, 128], [170, 128, 255], [40, 0, 77]]], np.uint8)
# Bradford's adaptation from the white of sRGB, D65, to that of files, D50.
TO_D50 = np.array(
    [[1.0478112, 0.0228866, -0.050127], [0.0295424, 0.9904844, -0.0170491],
     [-0.0092345, 0.0150436, 0.7521316]]
)  # fmt: skip
MUTED = RGB // 3 + 80  # of what is vivid, 8 bits of a and b leave little
LAB = xyz2lab(rgb2xyz(MUTED) @ TO_D50.T, illuminant="D50")  # in a file a and b have a sign
LAB_BYTES = np.dstack([LAB[..., 0] * 2.55, LAB[..., 1] % 256, LAB[..., 2] % 256]).round() % 256
YCBCR = np.array([[[81, 90, 240], [145, 54, 34], [41, 240, 110], [128, 128, 128]]], np.uint8)
INK = RNG.integers(0, 256, (6, 9, 4), dtype=np.uint8)


def jfif(ycc: np.ndarray) -> np.ndarray:
    """JFIF's formula, of full range."""
    y, b, r = (ycc[..., k].astype(float) for k in range(3))
    red, blue = y + 1.402 * (r - 128), y + 1.772 * (b - 128)
    green = y - 0.344136 * (b - 128) - 0.714136 * (r - 128)
    return np.stack([red, green, blue], -1).clip(0, 255)


def of_mode(mode: str, array: np.ndarray) -> Image.Image:
    return Image.frombytes(mode, (array.shape[1], array.shape[0]), array.tobytes())


PREMULTIPLIED = (GREY * (ALPHA / 255)).round().astype(np.uint8)
MODES: dict[str, tuple[Image.Image, Any, float]] = {
    "1": (Image.fromarray(GREY > 127), grey3((GREY > 127) * 255), 0),
    "L": (of_mode("L", GREY), grey3(GREY), 0),
    "LA": (of_mode("LA", np.dstack([GREY, ALPHA])), on_white(grey3(GREY), ALPHA), 1.01),
    "La": (
        of_mode("La", np.dstack([PREMULTIPLIED, ALPHA])),
        grey3(PREMULTIPLIED + 255.0 - ALPHA),
        1.6,
    ),
    "RGB": (of_mode("RGB", RGB), RGB, 0),
    "RGBA": (of_mode("RGBA", np.dstack([RGB, ALPHA])), on_white(RGB, ALPHA), 1.01),
    "RGBa": (
        of_mode("RGBa", np.dstack([grey3(PREMULTIPLIED), ALPHA])),
        grey3(PREMULTIPLIED + 255.0 - ALPHA),
        1.6,
    ),
    "RGBX": (of_mode("RGBX", np.dstack([RGB, ALPHA])), RGB, 0),
    "CMYK": (of_mode("CMYK", INK), cmyk_to_rgb(INK), 1.01),
    "YCbCr": (of_mode("YCbCr", YCBCR), jfif(YCBCR), 1.01),
    "LAB": (of_mode("LAB", LAB_BYTES.astype(np.uint8)), MUTED, 3),
    "HSV": (
        of_mode("HSV", HSV),
        [[[255 * v for v in colorsys.hsv_to_rgb(*(p / 255))] for p in HSV[0]]],
        2,
    ),
    "I;16": (of_mode("I;16", DEEP.astype("<u2")), [[[v] * 3 for v in DEEP_LEVELS]], 0),
    "I;16L": (of_mode("I;16L", DEEP.astype("<u2")), [[[v] * 3 for v in DEEP_LEVELS]], 0),
    "I;16B": (of_mode("I;16B", DEEP.astype(">u2")), [[[v] * 3 for v in DEEP_LEVELS]], 0),
    "F": (
        Image.fromarray(np.array([[0, 0.25, 0.5, 1]], np.float32)),
        [[[v] * 3 for v in (0, 64, 128, 255)]],
        0,
    ),
}
FORMATS = {
    "1": "png tif bmp pbm gif".split(),
    "L": "png tif bmp pgm tga jp2 gif".split(),
    "LA": "png tif tga jp2".split(),
    "La": [],
    "RGB": "png tif bmp ppm tga jp2".split(),
    "RGBA": "png tif tga jp2".split(),
    "RGBX": ["tif"],
    "CMYK": ["tif"],
    "YCbCr": ["tif"],
    "LAB": ["tif"],
    "I;16": "png tif jp2".split(),
    "I;16B": ["tif"],
    "I;16L": ["tif"],
    "F": ["tif", "pfm"],
}


@pytest.mark.parametrize("mode", list(MODES))
def test_every_mode_has_its_levels_in_memory_and_in_every_format(tmp_path: Path, mode: str) -> None:
    image, expected, tolerance = MODES[mode]
    sources: list[Any] = [image]
    for suffix in FORMATS.get(mode, ()):
        sources.append(written(tmp_path / f"a.{suffix}", image))
    for source in sources:
        levels = decode(source)
        assert levels.dtype == np.uint8
        assert levels.flags.writeable  # torch.from_numpy warns of one that isn't
        assert read_header(source).size == levels.shape[:2]
        np.testing.assert_allclose(
            levels.astype(float), np.asarray(expected, float), atol=tolerance, err_msg=str(source)
        )


@pytest.mark.parametrize("suffix", ["jpg", "webp", "avif"])
def test_lossy_formats(tmp_path: Path, suffix: str) -> None:
    flat = np.full((32, 32, 3), (200, 30, 40), np.uint8)
    shown = decode(written(tmp_path / f"a.{suffix}", Image.fromarray(flat), quality=95))
    np.testing.assert_allclose(shown.astype(int), flat, atol=6)


def test_cmyk_jpeg_is_stored_inverted_as_adobe_does(tmp_path: Path) -> None:
    red = Image.new("RGB", (16, 16), (200, 30, 40)).convert("CMYK")
    path = written(tmp_path / "a.jpg", red, quality=95)
    assert b"Adobe" in path.read_bytes()
    np.testing.assert_allclose(decode(path)[0, 0].astype(int), [200, 30, 40], atol=8)


# Palettes ------------------------------------------------------------------------------------


def test_palette_with_and_without_a_transparent_colour(tmp_path: Path) -> None:
    palette = Image.fromarray(RGB).quantize(16)
    expected = np.asarray(palette.getpalette()[:48]).reshape(16, 3)[np.asarray(palette)]
    for suffix in ("png", "gif", "tif", "bmp", "tga"):
        shown = decode(written(tmp_path / f"plain.{suffix}", palette))
        np.testing.assert_array_equal(shown, expected, err_msg=suffix)
    clear = int(np.asarray(palette)[2, 3])
    see_through = np.asarray(palette) == clear
    for suffix in ("png", "gif"):
        shown = decode(written(tmp_path / f"clear.{suffix}", palette, transparency=clear))
        assert (shown[see_through] == 255).all()
        np.testing.assert_array_equal(shown[~see_through], expected[~see_through])


def test_palette_with_partly_transparent_colours(tmp_path: Path) -> None:
    palette = Image.fromarray(RGB).quantize(4)
    path = written(tmp_path / "a.png", palette, transparency=bytes([0, 128, 255, 255]))
    alpha = np.array([0, 128, 255, 255], np.uint8)[np.asarray(palette)]
    expected = on_white(np.asarray(palette.convert("RGB")), alpha)
    np.testing.assert_allclose(decode(path).astype(int), expected, atol=1.01)


def test_palette_with_an_alpha_channel(tmp_path: Path) -> None:
    palette = Image.fromarray(RGB).quantize(16)
    colours = np.asarray(palette.convert("RGB"))
    both = Image.merge("PA", (palette, Image.fromarray(ALPHA)))
    for source in (both, written(tmp_path / "a.tif", both)):
        np.testing.assert_allclose(decode(source).astype(int), on_white(colours, ALPHA), atol=1.01)


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_small_palettes(tmp_path: Path, depth: int) -> None:
    data = png(2, depth, 3, [b"\x80" if depth == 1 else b"\x10"], PLTE=bytes([9, 8, 7, 1, 2, 3]))
    expected = {1: [[1, 2, 3], [9, 8, 7]], 2: [[9, 8, 7], [1, 2, 3]], 4: [[1, 2, 3], [9, 8, 7]]}
    assert decode(written(tmp_path / "a.png", data)).tolist() == [expected[depth]]


# Transparent levels --------------------------------------------------------------------------

ROW = {1: b"\x40", 2: b"\x1b", 4: b"\x0a", 8: b"\x00\x55", 16: shorts([514, 515])}
TRANSPARENT = {  # depth -> transparent level, and what is shown
    1: (1, [[0, 0, 0], WHITE]),
    2: (2, [[0] * 3, [85] * 3, WHITE, WHITE]),  # 0 1 2 3, of which 2 is clear and 3 is white
    4: (10, [[0, 0, 0], WHITE]),
    8: (85, [[0, 0, 0], WHITE]),
    16: (514, [WHITE, [2, 2, 2]]),  # the next level of 16 bits is not transparent
}


@pytest.mark.parametrize("depth", list(TRANSPARENT))
def test_a_transparent_grey_level(tmp_path: Path, depth: int) -> None:
    level, expected = TRANSPARENT[depth]
    data = png(len(expected), depth, 0, [ROW[depth]], tRNS=shorts([level]))
    path = written(tmp_path / "a.png", data)
    assert decode(path).tolist() == [expected]
    with Image.open(path) as image:
        assert decode(image).tolist() == decode(image).tolist() == [expected]


def test_a_transparent_colour(tmp_path: Path) -> None:
    data = png(2, 8, 2, [bytes([10, 20, 30, 1, 2, 3])], tRNS=shorts([10, 20, 30]))
    assert decode(written(tmp_path / "a.png", data)).tolist() == [[WHITE, [1, 2, 3]]]
    # Of 16 bits Pillow keeps 8: which pixels are transparent can't be told.
    deep = png(1, 16, 2, [shorts([300, 600, 900])], tRNS=shorts([300, 600, 900]))
    with pytest.raises(DataError, match=r"a\.png has 16 bits a channel and a transparent colour"):
        decode(written(tmp_path / "a.png", deep))


# Depths --------------------------------------------------------------------------------------


def test_16_bit_colour(tmp_path: Path) -> None:
    levels = [0, 257 * 10, 257 * 20, 257 * 255, 300, 40000]
    expected = np.array(levels).reshape(1, 2, 3) / 257
    rgb = png(2, 16, 2, [shorts(levels)])
    np.testing.assert_allclose(decode(written(tmp_path / "a.png", rgb)), expected, atol=1)
    for order in "<>":
        data = tiff(2, [shorts(levels, order)], [16] * 3, 2, order)
        np.testing.assert_allclose(decode(written(tmp_path / "a.tif", data)), expected, atol=1)
    grey_alpha = png(2, 16, 4, [shorts([2570, 65535, 2570, 0])])
    assert decode(written(tmp_path / "b.png", grey_alpha)).tolist() == [[[10] * 3, WHITE]]
    rgba = png(2, 16, 6, [shorts([2570, 0, 257, 65535, 0, 0, 0, 0])])
    assert decode(written(tmp_path / "c.png", rgba)).tolist() == [[[10, 0, 1], WHITE]]


@pytest.mark.parametrize("order", ["<", ">"])
def test_tiff_of_16_bits_in_both_byte_orders_and_both_polarities(
    tmp_path: Path, order: str
) -> None:
    shown = decode(written(tmp_path / "a.tif", tiff(5, [shorts(DEEP, order)], [16], 1, order)))
    assert shown[0, :, 0].tolist() == DEEP_LEVELS
    inverted = written(tmp_path / "b.tif", tiff(5, [shorts(65535 - DEEP, order)], [16], 0, order))
    if order == "<":
        assert decode(inverted)[0, :, 0].tolist() == DEEP_LEVELS
    else:
        with pytest.raises(DataError, match=r"b\.tif is no image file, or of a kind"):
            decode(inverted)


def test_tiff_of_few_bits_where_white_is_zero(tmp_path: Path) -> None:
    for bits, row, expected in (
        (1, b"\x40", [255, 0]),
        (2, b"\x10", [255, 170]),
        (8, b"\0\1", [255, 254]),
    ):
        path = written(tmp_path / f"{bits}.tif", tiff(2, [row], [bits], 0))
        assert decode(path)[0, :, 0].tolist() == expected


def test_tiff_of_12_bits_has_its_white_at_4095(tmp_path: Path) -> None:
    # Two samples in three bytes: 0 and 4095, 2048 and 16.
    path = written(tmp_path / "a.tif", tiff(4, [bytes.fromhex("000fff800010")], [12], 1))
    assert decode(path)[0, :, 0].tolist() == [0, 255, 128, 1]


@pytest.mark.parametrize(
    ("bits", "sample_format", "code"), [(32, 1, "u4"), (32, 2, "i4"), (16, 2, "i2")]
)
def test_integers_without_an_agreed_white_are_refused(
    tmp_path: Path, bits: int, sample_format: int, code: str
) -> None:
    for order in "<>":
        row = np.array([0, 255], f"{order}{code}").tobytes()
        data = tiff(2, [row], [bits], 1, order, sample_format)
        with pytest.raises(DataError, match=r"deep\.tif (holds integers |is no image file)"):
            decode(written(tmp_path / "deep.tif", data))


def test_an_image_of_mode_i_may_hold_anything() -> None:
    with pytest.raises(DataError, match="The PIL image holds integers of 32 bits"):
        decode(Image.fromarray(np.array([[0, 255]], np.int32)))


@pytest.mark.parametrize("wrong", [np.nan, -1.0, 1.5, 255.0])
def test_floats_go_from_0_to_1_whatever_the_image_holds(tmp_path: Path, wrong: float) -> None:
    path = written(tmp_path / "f.tif", Image.fromarray(np.array([[0, wrong]], np.float32)))
    with pytest.raises(DataError, match=r"f\.tif holds values from .*, not 0 to 1"):
        decode(path)


def pnm(magic: bytes, top: int, values: list[int]) -> bytes:
    size = b"%d 1 %d\n" % (len(values) // (3 if magic in (b"P3", b"P6") else 1), top)
    if magic in (b"P2", b"P3"):
        return magic + b"\n" + size + b" ".join(b"%d" % value for value in values)
    data = bytes(values) if top < 256 else struct.pack(f">{len(values)}H", *values)
    return magic + b"\n" + size + data


@pytest.mark.parametrize("top", [1, 15, 100, 255, 1000, 4095, 65535])
@pytest.mark.parametrize("magic", [b"P2", b"P5", b"P3", b"P6"])
def test_pgm_and_ppm_have_their_own_white(tmp_path: Path, magic: bytes, top: int) -> None:
    values = [0, top // 3, top // 2, top, top // 5, top]
    shown = decode(written(tmp_path / "a.pnm", pnm(magic, top, values)))
    expected = np.array(values) * 255 / top
    got = shown[..., 0] if magic in (b"P2", b"P5") else shown
    np.testing.assert_allclose(got.ravel().astype(float), expected, atol=0.51)


# Several images in a file --------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tif", "avif", "mpo"])
def test_the_first_of_several_images_counts(tmp_path: Path, suffix: str) -> None:
    red, blue = Image.new("RGB", (16, 8), "red"), Image.new("RGB", (16, 8), "blue")
    path = written(tmp_path / f"a.{suffix}", red, save_all=True, append_images=[blue, red])
    with Image.open(path) as image:
        assert getattr(image, "n_frames", 1) > 1
    np.testing.assert_allclose(decode(path)[4, 4].astype(int), [255, 0, 0], atol=20)


def test_a_mode_that_nobody_knows_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.new("RGB", (2, 2))
    monkeypatch.setattr(image, "_mode", "XYZ")
    with pytest.raises(DataError, match="pixels of mode XYZ"):
        decode(image)
