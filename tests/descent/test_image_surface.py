"""An image as a surface, against the formula that it was made from."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.folders import SURFACES
from helpers.image_files import tiff
from PIL import Image

import dlvc_cli as dlvc
from dlvc_cli.descent.image_surface import read_surface


@pytest.mark.parametrize("name", ["beale", "madsen", "schaffer"])
def test_an_image_and_its_formula_are_walked_alike(name):
    file = SURFACES / f"{'schaffern4' if name == 'schaffer' else name}.png"
    if not file.exists():
        pytest.skip(f"the course's image {file.name} is not on this machine")
    image, sampled = (
        dlvc.descend(source, start=(300, 350), max_steps=100) for source in (file, name)
    )
    assert np.abs(image.surface.values - sampled.surface.values).max() <= 1.01 / 65535
    assert image.end == pytest.approx(sampled.end, abs=0.5)


SLOPE = np.tile(np.linspace(0, 1, 9), (5, 1))


@pytest.mark.parametrize(
    ("name", "levels", "top"),
    [
        ("a.png", np.rint(SLOPE * 255).astype(np.uint8), 255),
        ("b.png", np.rint(SLOPE * 65535).astype(np.uint16), 65535),
        ("c.tif", np.rint(SLOPE * 65535).astype(">u2"), 65535),
        ("d.png", SLOPE > 0.5, 1),
        ("e.pgm", np.rint(SLOPE * 255).astype(np.uint8), 255),
    ],
)
def test_levels_are_divided_by_the_greatest_of_the_depth(tmp_path, name, levels, top):
    Image.fromarray(levels).save(tmp_path / name)
    values = read_surface(tmp_path / name).values
    np.testing.assert_array_equal(values, levels.astype(float) / top)


def test_an_image_of_12_bits_has_its_white_at_4095(tmp_path):
    rows = [bytes.fromhex("000fff8000100000")[:6]] * 3
    (tmp_path / "a.tif").write_bytes(tiff(4, rows, [12], 1))
    values = read_surface(tmp_path / "a.tif").values
    assert values[0].tolist() == [0, 1, 2048 / 4095, 16 / 4095]


def test_what_is_no_surface_is_said(tmp_path):
    Image.new("RGB", (9, 9)).save(tmp_path / "colour.png")
    Image.new("L", (9, 9)).save(tmp_path / "trap.png", "EPS")
    (tmp_path / "empty.png").touch()
    for name, text in {
        "colour.png": r"is not grayscale \(its mode is RGB\). A surface is a grayscale PNG",
        "trap.png": "is no image file",
        "empty.png": "is empty",
    }.items():
        with pytest.raises(dlvc.DataError, match=text):
            read_surface(tmp_path / name)
