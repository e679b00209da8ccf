"""What an image says of itself before its pixels are read."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dlvc_cli import DataError
from dlvc_cli.images.decode import decode
from dlvc_cli.images.header import Header, read_header


def test_files_images_and_arrays_say_size_format_and_mode(tmp_path):
    grey = Image.new("L", (30, 20))
    grey.save(tmp_path / "grey.jpg")
    assert read_header(tmp_path / "grey.jpg") == Header((20, 30), "JPEG", "L")
    Image.new("P", (4, 4)).save(tmp_path / "palette.png")
    assert read_header(tmp_path / "palette.png") == Header((4, 4), "PNG", "P")
    assert read_header(grey) == Header((20, 30), "", "L")
    assert read_header(np.zeros((5, 6))) == Header((5, 6), "array", "float64 x 1")
    assert read_header(np.zeros((5, 6, 4), np.uint8)) == Header((5, 6), "array", "uint8 x 4")
    with pytest.raises(DataError, match="shape"):
        read_header(np.zeros(3))
    (tmp_path / "bad.jpg").write_bytes(b"text")
    with pytest.raises(DataError, match=r"bad\.jpg"):
        read_header(tmp_path / "bad.jpg")


def test_the_header_alone_is_read(tmp_path):
    path = tmp_path / "a.jpg"
    Image.effect_noise((200, 100), 50).save(path)
    path.write_bytes(path.read_bytes()[:1000])
    assert read_header(path).size == (100, 200)
    with pytest.raises(DataError, match=r"a\.jpg is damaged"):
        decode(path)
