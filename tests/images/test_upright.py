"""Which way up an image is: the header and the decoder agree, whatever the tag says."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.image_files import tiff
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational, ImageFileDirectory_v2

from dlvc_cli.images.decode import decode
from dlvc_cli.images.header import read_header

ORIENTATION = ExifTags.Base.Orientation
TURNED = {
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: np.rot90(a, 2).transpose(1, 0, 2),
    8: lambda a: np.rot90(a),
}
FORMATS = ["JPEG", "PNG", "WEBP", "TIFF", "MPO", "AVIF"]

# Blocks of one colour, so that lossy formats keep them apart.
BLOCKS = np.array([[[250, 0, 0], [0, 250, 0], [0, 0, 250]], [[250] * 3, [0] * 3, [128] * 3]])
PIXELS = BLOCKS.astype(np.uint8).repeat(16, 0).repeat(16, 1)
CENTRES = (slice(8, None, 16), slice(8, None, 16))


def exif_of(value: Any) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = value
    return exif


def stored(path: Path, format: str, **options: Any) -> Path:
    more = {"save_all": True, "append_images": [Image.fromarray(PIXELS)]} if format == "MPO" else {}
    Image.fromarray(PIXELS).save(path, format, **options, **more)
    return path


def check(path: Path, orientation: Any) -> None:
    shown = decode(path)
    expected = TURNED.get(orientation, lambda a: a)(PIXELS)
    assert read_header(path).size == shown.shape[:2] == expected.shape[:2]
    assert np.abs(shown[CENTRES].astype(int) - expected[CENTRES]).max() < 60
    with Image.open(path) as image:
        assert read_header(image).size == shown.shape[:2], "not loaded yet"
        np.testing.assert_array_equal(decode(image), shown)
        assert read_header(image).size == shown.shape[:2], "loaded"


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("orientation", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 99, 256, 65535])
def test_exif_orientation(tmp_path: Path, format: str, orientation: int) -> None:
    check(stored(tmp_path / "a", format, exif=exif_of(orientation)), orientation)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "MPO"])
@pytest.mark.parametrize("value", ["6", "sideways", b"\x06", -6, 6.5, IFDRational(13, 2)])
def test_a_tag_of_another_type_means_upright(tmp_path: Path, format: str, value: Any) -> None:
    directory = ImageFileDirectory_v2()
    directory.tagtype[ORIENTATION] = {str: 2, bytes: 7, int: 9, float: 12}.get(type(value), 5)
    directory[ORIENTATION] = value
    buffer = io.BytesIO()
    buffer.write(directory._get_ifh())
    directory.save(buffer)
    if format == "TIFF":
        stored(tmp_path / "a", format, tiffinfo=directory)
    else:
        stored(tmp_path / "a", format, exif=b"Exif\0\0" + buffer.getvalue())
    check(tmp_path / "a", 1)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", [0, 1, 3, 6, 8, 9])
def test_orientation_in_xmp(tmp_path: Path, format: str, orientation: int) -> None:
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><d tiff:Orientation="{orientation}"/></x:xmpmeta>'
    if format == "PNG":
        from PIL.PngImagePlugin import PngInfo

        about = PngInfo()
        about.add_itxt("XML:com.adobe.xmp", xmp)
        options: dict[str, Any] = {"pnginfo": about}
    elif format == "TIFF":
        options = {"tiffinfo": {700: xmp.encode()}}
    else:
        options = {"xmp": xmp.encode()}
    check(stored(tmp_path / "a", format, **options), orientation)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_a_compressed_tiff_is_turned_once(tmp_path: Path, compression: str) -> None:
    path = stored(tmp_path / "a", "TIFF", compression=compression, tiffinfo={274: 6})
    check(path, 6)


@settings(max_examples=60, deadline=None)
@given(
    format=st.sampled_from(FORMATS),
    orientation=st.integers(0, 65535) | st.integers(0, 10),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
)
def test_probe_and_decode_always_agree(
    tmp_path_factory: pytest.TempPathFactory, format: str, orientation: int, size: tuple[int, int]
) -> None:
    path = tmp_path_factory.mktemp("turned") / "a"
    more = {"save_all": True, "append_images": [Image.new("RGB", size)]} if format == "MPO" else {}
    Image.new("RGB", size).save(path, format, exif=exif_of(orientation), **more)
    assert read_header(path).size == decode(path).shape[:2]


def test_deep_tiff_is_turned(tmp_path: Path) -> None:
    row = np.array([0, 65535], "<u2").tobytes()
    path = tmp_path / "a.tif"
    path.write_bytes(tiff(2, [row], [16], 1, more={}))
    assert decode(path)[0, :, 0].tolist() == [0, 255]
    with Image.open(path) as image:
        image.save(tmp_path / "b.tif", tiffinfo={274: 8})
    assert decode(tmp_path / "b.tif")[:, 0, 0].tolist() == [255, 0]


RGB = np.random.default_rng(0).integers(0, 256, (6, 9, 3), dtype=np.uint8)


def test_a_png_with_its_exif_block_last(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(RGB).save(path, exif=exif_of(6))
    data = path.read_bytes()
    start = data.index(b"eXIf") - 4
    end = start + 12 + int.from_bytes(data[start : start + 4])
    last = data.index(b"IEND") - 4
    path.write_bytes(data[:start] + data[end:last] + data[start:end] + data[last:])
    np.testing.assert_array_equal(decode(path), np.rot90(RGB, -1))
    assert read_header(path).size == (9, 6)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_exif_leaves_the_image_readable(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(RGB).save(path, exif=b"Exif\0\0MM\0*\0\0\0\x08\xff")
    np.testing.assert_array_equal(decode(path), RGB)
    assert read_header(path).size == (6, 9)
