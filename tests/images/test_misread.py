"""TIFF files that Pillow would read wrongly are refused by name; their right kin are read."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

from dlvc_cli import DataError
from dlvc_cli.images.decode import decode

LEVELS = np.array([[0, 64, 128, 255], [255, 128, 64, 0]], np.uint8)
COLOUR = np.stack([LEVELS, LEVELS[::-1], LEVELS[:, ::-1]])  # (3, H, W)


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_sixteen_bits_in_separate_planes(tmp_path, byteorder, compression):
    options = {"photometric": "rgb", "planarconfig": "separate", "byteorder": byteorder}
    file = tmp_path / "x.tif"
    tifffile.imwrite(file, COLOUR.astype(np.uint16) * 257, compression=compression, **options)
    if compression is None:
        with pytest.raises(DataError, match="16 bits a channel in separate planes"):
            decode(file)
    else:
        assert (decode(file) == COLOUR.transpose(1, 2, 0)).all()


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_floats(tmp_path, byteorder, compression):
    file = tmp_path / "x.tif"
    values = (LEVELS / 256).astype(np.float32)
    tifffile.imwrite(file, values, compression=compression, byteorder=byteorder)
    if compression and byteorder == ">":
        with pytest.raises(DataError, match="compressed floats, the high byte first"):
            decode(file)
    else:
        assert (decode(file)[..., 0] == np.rint(LEVELS / 256 * 255)).all()


@pytest.mark.parametrize("kind", [np.int8, np.int16])
def test_integers_with_a_sign(tmp_path, kind):
    file = tmp_path / "x.tif"
    tifffile.imwrite(file, np.array([[-128, -1, 0, 127]] * 4, kind))
    with pytest.raises(DataError, match=r"with a sign"):
        decode(file)
