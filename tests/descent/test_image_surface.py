"""An image as a surface, against the formula that it was made from."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.folders import SURFACES
from helpers.image_files import on_white, tiff
from PIL import Image

import dlvc_cli as dlvc
from dlvc_cli.descent import image_surface
from dlvc_cli.descent.image_surface import read_surface
from dlvc_cli.events import Notice


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


def test_an_image_of_more_points_than_a_grid_may_have_is_refused(tmp_path, monkeypatch):
    Image.fromarray(np.arange(110, dtype=np.uint8).reshape(10, 11)).save(tmp_path / "a.png")
    monkeypatch.setattr(image_surface, "_MOST_POINTS", 109)
    with pytest.raises(dlvc.DataError, match="11 x 10 pixels, and at most 109 are wanted"):
        dlvc.descend(tmp_path / "a.png")


def test_what_of_a_file_is_not_in_the_surface_is_said(tmp_path):
    rng = np.random.default_rng(0)
    rgba = rng.integers(0, 256, (9, 10, 4), dtype=np.uint8)
    first = Image.fromarray(rgba)
    first.save(tmp_path / "a.png", save_all=True, append_images=[Image.new("RGBA", (10, 9))])
    said = []
    descent = dlvc.descend(tmp_path / "a.png", max_steps=2, view=said.append)
    notices = [event.text for event in said if isinstance(event, Notice)]
    assert notices[0].startswith("a.png is in colour: the surface is its luminance")
    assert notices[1] == "a.png is transparent in parts: they are laid on white."
    assert notices[2] == "a.png holds 2 images: the surface is the first."
    expected = np.rint(on_white(rgba[..., :3], rgba[..., 3])) @ [0.299, 0.587, 0.114] / 255
    np.testing.assert_allclose(descent.surface.values, expected, atol=1.01 / 255)
    Image.fromarray(rgba[..., 0]).save(tmp_path / "b.png")
    assert read_surface(tmp_path / "b.png").notices == ()


def test_what_is_no_surface_is_said(tmp_path):
    Image.new("RGB", (9, 9)).save(tmp_path / "colour.png")
    Image.new("L", (9, 9)).save(tmp_path / "trap.png", "EPS")
    (tmp_path / "empty.png").touch()
    for name, text in {
        "colour.png": "has the same value everywhere",
        "trap.png": "is no image file, .* A surface is an image, a name",
        "empty.png": "is empty",
    }.items():
        with pytest.raises(dlvc.DataError, match=text):
            read_surface(tmp_path / name)
