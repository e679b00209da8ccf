"""The brightness of files written byte by byte, by tifffile and by Pillow, against the formula."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest
import tifffile
from helpers.image_files import on_white, png, tiff
from PIL import Image

from dlvc_cli import DataError
from dlvc_cli.images.brightness import read_brightness
from dlvc_cli.images.decode import decode

RNG = np.random.default_rng(0)
RGB = RNG.integers(0, 256, (6, 9, 3), dtype=np.uint8)
DEEP = RNG.integers(0, 65536, (6, 9), dtype=np.uint16)
GREY = RGB[..., 0]
ALPHA = RNG.integers(0, 256, (6, 9), dtype=np.uint8)


def luma(rgb: Any) -> np.ndarray:
    """ITU-R BT.601-7, 2.5.1, of values from 0 to 255."""
    return np.asarray(rgb, float) @ np.array([0.299, 0.587, 0.114]) / 255


@pytest.mark.parametrize("top", [1, 3, 15, 100, 254, 255, 256, 1000, 4095, 65534, 65535])
@pytest.mark.parametrize("magic", ["P2", "P5"])
def test_a_pgm_s_levels_are_divided_by_what_it_calls_white(tmp_path, magic, top):
    levels = np.concatenate([[0, top, top], RNG.integers(0, top + 1, 51)]).reshape(6, 9)
    head = f"{magic}\n# by hand\n9 6\n{top}\n".encode()
    if magic == "P2":
        data = head + b"\n".join(b" ".join(b"%d" % v for v in row) for row in levels)
    else:
        kind = "B" if top < 256 else "H"
        data = head + struct.pack(f">54{kind}", *levels.ravel())
    (tmp_path / "a.pgm").write_bytes(data)
    np.testing.assert_array_equal(read_brightness(tmp_path / "a.pgm").values, levels / top)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_a_tiff_of_16_bits(tmp_path, order, compression):
    options = {"byteorder": order, "compression": compression, "photometric": "minisblack"}
    tifffile.imwrite(tmp_path / "a.tif", DEEP, **options)
    np.testing.assert_array_equal(read_brightness(tmp_path / "a.tif").values, DEEP / 65535)


def test_tiffs_of_other_depths_and_ways_up(tmp_path):
    tifffile.imwrite(tmp_path / "inverted.tif", 65535 - DEEP, photometric="miniswhite")
    tifffile.imwrite(tmp_path / "tiled.tif", np.tile(DEEP, (8, 8)), tile=(16, 16))
    turned = [(274, "H", 1, 6, True)]  # the camera was turned: row 0 is at the right
    tifffile.imwrite(tmp_path / "turned.tif", DEEP, extratags=turned, photometric="minisblack")
    floats = (DEEP / 65535).astype(np.float32)
    tifffile.imwrite(tmp_path / "floats.tif", floats)
    for name, expected in {
        "inverted": DEEP / 65535,
        "tiled": np.tile(DEEP, (8, 8)) / 65535,
        "turned": np.rot90(DEEP, -1) / 65535,
        "floats": floats,
    }.items():
        np.testing.assert_array_equal(read_brightness(tmp_path / f"{name}.tif").values, expected)
    tifffile.imwrite(tmp_path / "terrain.tif", floats * 4000 - 50)
    with pytest.raises(DataError, match=r"terrain\.tif holds values from -\S+ to 39\S+, not"):
        read_brightness(tmp_path / "terrain.tif")
    for kind in (np.uint32, np.int16):
        tifffile.imwrite(tmp_path / "wide.tif", DEEP.astype(kind) // 2)
        with pytest.raises(DataError, match="no value is agreed to be white"):
            read_brightness(tmp_path / "wide.tif")


INK = RNG.integers(0, 256, (6, 9, 4), dtype=np.uint8)
PALETTE = Image.fromarray(RGB).quantize(16)
COLOURS: dict[str, tuple[Image.Image, np.ndarray, float]] = {
    "rgb.png": (Image.fromarray(RGB), luma(RGB), 1e-15),
    "rgb.bmp": (Image.fromarray(RGB), luma(RGB), 1e-15),
    "rgb.ppm": (Image.fromarray(RGB), luma(RGB), 1e-15),
    "rgb.webp": (Image.fromarray(RGB), luma(RGB), 1e-15),
    "palette.png": (PALETTE, luma(PALETTE.convert("RGB")), 1e-15),
    "palette.gif": (PALETTE, luma(PALETTE.convert("RGB")), 1e-15),
    "rgba.png": (
        Image.fromarray(np.dstack([RGB, ALPHA])),
        luma(on_white(RGB, ALPHA)),
        1.01 / 255,
    ),
    "cmyk.tif": (
        Image.frombytes("CMYK", (9, 6), INK.tobytes()),
        luma((255 - INK[..., :3].astype(float)) * (1 - INK[..., 3:] / 255)),
        1.01 / 255,
    ),
}


@pytest.mark.parametrize("name", list(COLOURS))
def test_colours_have_the_luma_of_bt_601(tmp_path, name):
    image, expected, tolerance = COLOURS[name]
    image.save(tmp_path / name, **({"lossless": True} if name.endswith("webp") else {}))
    read = read_brightness(tmp_path / name)
    assert read.coloured and read.transparent == (name == "rgba.png")
    np.testing.assert_allclose(read.values, expected, atol=tolerance)
    # What training sees of the file has, but for rounding, this luma.
    np.testing.assert_allclose(luma(decode(tmp_path / name)), expected, atol=1.01 / 255)


def test_a_jpeg_has_the_luma_that_it_stores(tmp_path):
    ramp = np.linspace(0, 255, 64).astype(np.uint8)
    flat = np.dstack(
        [np.tile(ramp, (64, 1)), np.tile(ramp[:, None], (1, 64)), np.full((64, 64), 90)]
    )
    Image.fromarray(flat.astype(np.uint8)).save(tmp_path / "a.jpg", quality=95)
    np.testing.assert_allclose(read_brightness(tmp_path / "a.jpg").values, luma(flat), atol=4 / 255)


def test_greys_stored_as_colours_are_greys_to_the_last_bit(tmp_path):
    Image.fromarray(np.dstack([GREY] * 3)).save(tmp_path / "rgb.png")
    opaque = np.full_like(GREY, 255)
    Image.fromarray(np.dstack([GREY, opaque]), "LA").save(tmp_path / "la.png")
    for name in ("rgb.png", "la.png"):
        read = read_brightness(tmp_path / name)
        assert not read.coloured and not read.transparent
        np.testing.assert_array_equal(read.values, GREY / 255)


def test_transparent_greys_are_laid_on_white(tmp_path):
    Image.fromarray(np.dstack([GREY, ALPHA]), "LA").save(tmp_path / "la.png")
    read = read_brightness(tmp_path / "la.png")
    assert read.transparent and not read.coloured
    np.testing.assert_allclose(
        read.values, on_white(GREY[..., None], ALPHA)[..., 0] / 255, atol=1.01 / 255
    )
    rows = [struct.pack(">3H", 514, 515, 0)]
    (tmp_path / "deep.png").write_bytes(png(3, 16, 0, rows, tRNS=struct.pack(">H", 514)))
    read = read_brightness(tmp_path / "deep.png")
    assert read.transparent and read.values.tolist() == [[1, 515 / 65535, 0]]


def test_the_first_of_several_images_counts(tmp_path):
    frames = [Image.fromarray(GREY), Image.new("L", (9, 6))]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:])
    read = read_brightness(tmp_path / "a.tif")
    assert read.images == 2 and (read.values == GREY / 255).all()


def test_what_is_cut_off_too_large_or_misread_is_refused_by_name(tmp_path):
    for name, data in {
        "a.pgm": b"P5 9 6 255\n" + bytes(20),
        "b.pgm": b"P2 9 6 255\n1 2 3",
        "c.tif": tiff(9, [bytes(18)] * 6, [16], 1)[:60],
    }.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(DataError, match=f"{name} is "):
            read_brightness(tmp_path / name)
    Image.fromarray(GREY).save(tmp_path / "a.png")
    with pytest.raises(DataError, match="has 9 x 6 pixels, and at most 53 are wanted"):
        read_brightness(tmp_path / "a.png", 53)
