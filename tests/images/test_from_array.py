"""Arrays of any type and number of channels: the right levels, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers.image_files import grey3, on_white
from skimage.util import img_as_bool, img_as_float32, img_as_float64, img_as_ubyte, img_as_uint

from dlvc_cli import DataError
from dlvc_cli.images.decode import decode
from dlvc_cli.images.header import read_header

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(6, 9), (6, 9, 1), (6, 9, 2), (6, 9, 3), (6, 9, 4)])
@pytest.mark.parametrize("code", ["u1", "<u2", ">u2", "f2", "<f4", ">f4", "f8"])
def test_arrays(shape: tuple[int, ...], code: str) -> None:
    levels = RNG.integers(0, 256, shape, dtype=np.uint8)
    array: np.ndarray = levels
    if "u2" in code:
        array = (levels * np.uint16(257)).astype(code)
    elif "f" in code:
        array = (levels / 255).astype(code)
    shown = decode(array)
    assert shown.shape == (6, 9, 3) and read_header(array).size == (6, 9)
    assert shown.dtype == np.uint8
    if len(shape) == 3 and shape[2] in (2, 4):
        colours = levels[..., :3] if shape[2] == 4 else grey3(levels[..., 0])
        expected = on_white(colours, levels[..., -1])
        np.testing.assert_allclose(shown.astype(int), expected, atol=1.01)
    elif len(shape) == 3 and shape[2] == 3:
        np.testing.assert_array_equal(shown, levels)
    else:
        np.testing.assert_array_equal(shown, grey3(levels.reshape(6, 9)))


def test_what_scikit_image_makes_is_read_alike() -> None:
    levels = RNG.integers(0, 256, (6, 9, 3), dtype=np.uint8)
    for convert in (img_as_ubyte, img_as_uint, img_as_float32, img_as_float64):
        np.testing.assert_array_equal(decode(convert(levels)), levels)
    bits = img_as_bool(levels[..., 0])
    np.testing.assert_array_equal(decode(bits), grey3(bits * np.uint8(255)))


def test_a_slice_or_a_turned_array_is_an_image() -> None:
    levels = RNG.integers(0, 256, (12, 9, 3), dtype=np.uint8)
    for part in (levels[::2, ::-1], levels.transpose(1, 0, 2), levels[..., ::-1]):
        np.testing.assert_array_equal(decode(part), part)


@pytest.mark.parametrize("code", ["i1", "i2", "i4", "i8", "u4", "u8", "c8", "O", "M8[s]"])
def test_types_without_an_agreed_white_are_refused(code: str) -> None:
    with pytest.raises(DataError, match="is no image: use uint8"):
        decode(np.zeros((6, 9), code))


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros(4, np.uint8),
        np.zeros((3, 6, 9, 3), np.uint8),
        np.zeros((6, 9, 5), np.uint8),
        np.zeros((0, 9, 3), np.uint8),
        np.full((6, 9), 2.0),
        np.full((6, 9), -0.1),
        np.full((6, 9), np.nan),
    ],
)
def test_wrong_shapes_and_values_are_refused(wrong: Any) -> None:
    with pytest.raises(DataError, match="image"):
        decode(wrong)
