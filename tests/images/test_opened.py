"""Opening image files: regular files of the kinds that are read, and sentences for the rest."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dlvc_cli import DataError, DlvcError
from dlvc_cli.images import decode as decoder
from dlvc_cli.images import opened
from dlvc_cli.images.decode import decode
from dlvc_cli.images.header import read_header
from dlvc_cli.images.room import Room
from dlvc_cli.images.suffixes import FORMATS, IMAGE_SUFFIXES

RGB = np.random.default_rng(0).integers(0, 256, (6, 9, 3), dtype=np.uint8)


def both_refuse(path: Path, message: str) -> None:
    for read in (decode, read_header):
        with pytest.raises(DataError, match=message) as caught:
            read(path)
        assert str(path) in str(caught.value)


def test_bad_files_are_named_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    (tmp_path / "words.jpg").write_text("not an image")
    for name, message in {
        "empty.png": "is empty",
        "words.jpg": "is no image file",
        "missing.png": "There is no file",
        ".": "is a folder",
    }.items():
        both_refuse(tmp_path / name, message)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no FIFOs here")
def test_a_fifo_or_device_called_jpg_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "endless.jpg").symlink_to("/dev/zero")
    both_refuse(tmp_path / "pipe.jpg", "it is no regular file")
    both_refuse(tmp_path / "endless.jpg", "it is no regular file")


def test_the_suffixes_are_those_of_the_formats_that_are_read() -> None:
    Image.init()
    known = {suffix for suffix, format in Image.EXTENSION.items() if format in FORMATS}
    # MPO is read as JPEG is, HEIF by another package; the rest are not names of photographs.
    heif = {".heic", ".heif", ".hif", ".heics", ".heifs"}
    assert {".mpo"} | heif == IMAGE_SUFFIXES - known
    named = {Image.EXTENSION.get(s) for s in IMAGE_SUFFIXES - heif}
    assert set(FORMATS) == named - {"MPO"} | {"DIB"}


@pytest.mark.parametrize(
    "format", ["EPS", "ICO", "PCX", "SGI", "MSP", "XBM", "DDS", "PDF", "ICNS", "QOI"]
)
def test_other_kinds_are_refused_whatever_they_are_called(tmp_path: Path, format: str) -> None:
    mode = "1" if format in ("MSP", "XBM") else "RGB"
    Image.new(mode, (16, 16)).save(tmp_path / "a.jpg", format)
    both_refuse(tmp_path / "a.jpg", "is no image file, or of a kind that can't be read")


def test_too_many_pixels_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("1", (100, 100)).save(tmp_path / "bomb.png")
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    both_refuse(tmp_path / "bomb.png", "has too many pixels")


def test_no_memory_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.fromarray(RGB).save(tmp_path / "a.png")

    def full(image: Image.Image) -> Image.Image:
        raise MemoryError

    monkeypatch.setattr(decoder, "to_rgb", full)
    with pytest.raises(DlvcError, match=r"not enough memory to decode .*a\.png") as caught:
        decode(tmp_path / "a.png")
    assert not isinstance(caught.value, DataError), "or --skip-bad-files would leave it out"


def test_large_images_are_decoded_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.fromarray(RGB).save(tmp_path / "a.png")
    there, most, real = [0], [0], decoder.to_rgb

    def counting(image: Image.Image) -> Image.Image:
        there[0] += 1
        most[0] = max(most[0], there[0])
        time.sleep(0.02)
        there[0] -= 1
        return real(image)

    monkeypatch.setattr(decoder, "to_rgb", counting)

    def most_at_once(room: int) -> int:
        monkeypatch.setattr(opened, "_room", Room(room))
        most[0] = 0
        threads = [threading.Thread(target=decode, args=(tmp_path / "a.png",)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return most[0]

    bytes_of_one = 6 * 9 * 12
    assert most_at_once(bytes_of_one - 1) == 1, "alone, where it is larger than all room"
    assert most_at_once(2 * bytes_of_one) == 2
    assert most_at_once(100 * bytes_of_one) > 2


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads every file")
def test_unreadable_file_is_named(tmp_path: Path) -> None:
    Image.fromarray(RGB).save(tmp_path / "a.png")
    (tmp_path / "a.png").chmod(0)
    with pytest.raises(DataError, match="permission denied"):
        decode(tmp_path / "a.png")
