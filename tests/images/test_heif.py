"""HEIC files are read where pillow-heif is installed; elsewhere their refusal says how."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dlvc_cli import DataError, list_images
from dlvc_cli.images.brightness import read_brightness
from dlvc_cli.images.decode import decode
from dlvc_cli.images.header import read_header
from dlvc_cli.images.heif import is_heif

FLAT = np.full((32, 48, 3), (200, 30, 40), np.uint8)
FLAT[:8] = (20, 60, 220)  # the top of it is blue


def file_type(major: bytes, *compatible: bytes) -> bytes:
    """The first box of such a file: ISO/IEC 14496-12, 4.3."""
    body = b"ftyp" + major + bytes(4) + b"".join(compatible)
    return (len(body) + 4).to_bytes(4, "big") + body + b"meta avif heic"


@pytest.mark.parametrize(
    ("head", "heif"),
    [
        (file_type(b"heic", b"mif1", b"heic"), True),
        (file_type(b"mif1", b"mif1", b"heic"), True),
        (file_type(b"mif1", b"mif1"), True),
        (file_type(b"msf1", b"hevc"), True),
        (file_type(b"mif1", b"mif1", b"avif"), False),
        (file_type(b"avif", b"mif1", b"miaf"), False),
        (file_type(b"isom", b"mp41"), False),
        (b"\x89PNG\r\n\x1a\n", False),
        (b"", False),
    ],
)
def test_brands_tell_heif_from_avif(head: bytes, heif: bool) -> None:
    file = io.BytesIO(head)
    assert is_heif(file) is heif
    assert file.tell() == 0


def test_files_are_listed_as_images_whether_they_can_be_read_or_not(tmp_path: Path) -> None:
    for name in ("a.heic", "b.HEIF", "c.avif", "d.hif", "e.txt"):
        (tmp_path / name).touch()
    found = list_images(tmp_path)
    assert [path.name for path in found.images] == ["a.heic", "b.HEIF", "c.avif", "d.hif"]


def test_without_the_package_the_refusal_says_how_to_get_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    (tmp_path / "a.heic").write_bytes(file_type(b"heic", b"mif1"))
    for read in (decode, read_header, read_brightness):
        with pytest.raises(DataError, match=r"a\.heic is a HEIC .*: pip install pillow-heif\."):
            read(tmp_path / "a.heic")


def test_an_avif_file_needs_no_other_package(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    Image.fromarray(FLAT).save(tmp_path / "a.avif", quality=95)
    shown = decode(tmp_path / "a.avif").astype(int)
    np.testing.assert_allclose(shown[[2, -4], 20], FLAT[[2, -4], 20], atol=8)


def test_heic_files_are_read_whatever_they_are_called(tmp_path) -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    pillow_heif.register_heif_opener()
    image = Image.fromarray(FLAT)
    image.save(tmp_path / "a.jpg", "HEIF", quality=95)
    assert read_header(tmp_path / "a.jpg").size == (32, 48)
    shown = decode(tmp_path / "a.jpg").astype(int)
    np.testing.assert_allclose(shown[[2, -4], 20], FLAT[[2, -4], 20], atol=8)
    assert read_brightness(tmp_path / "a.jpg").coloured

    exif = image.getexif()
    exif[0x0112] = 6  # to be turned by a quarter: the top lies at the right
    image.info["exif"] = exif.tobytes()
    image.save(tmp_path / "turned.heic", quality=95)
    assert read_header(tmp_path / "turned.heic").size == (48, 32)
    shown = decode(tmp_path / "turned.heic").astype(int)
    np.testing.assert_allclose(shown[20, [4, -3]], FLAT[[-4, 2], 20], atol=8)

    clear = np.dstack([FLAT, np.where(np.arange(32) < 16, 0, 255)[:, None].repeat(48, 1)])
    Image.fromarray(clear.astype(np.uint8)).save(tmp_path / "clear.heic", quality=95)
    shown = decode(tmp_path / "clear.heic").astype(int)
    np.testing.assert_allclose(shown[[4, -4], 20], [[255] * 3, FLAT[-4, 20]], atol=8)

    grey = Image.fromarray(FLAT[..., 0])
    grey.save(tmp_path / "grey.heic", quality=95)
    read = read_brightness(tmp_path / "grey.heic")
    assert not read.coloured
    np.testing.assert_allclose(read.values[[2, -4], 20], [20 / 255, 200 / 255], atol=4 / 255)

    whole = (tmp_path / "turned.heic").read_bytes()
    for share in (0.2, 0.9):
        (tmp_path / "cut.heic").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(DataError, match=r"cut\.heic is damaged"):
            decode(tmp_path / "cut.heic")
