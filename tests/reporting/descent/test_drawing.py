"""Figures of descents, through ``draw``."""

from __future__ import annotations

import io

import numpy as np
import pytest
from helpers.drawings import FEW, opened, small
from PIL import Image

from dlvc_cli.descent.walks import Descent
from dlvc_cli.reporting.descent.drawing import draw, png

MANY = {
    "basins by minimum": {"basins": 12},
    "basins by place": {"surface": "schaffer", "basins": 12},
    "basins of several trials": {"basins": 8, "optimizer": "momentum,gd,adam"},
    "random starts": {"random_starts": 150},
    "random starts of two trials": {"random_starts": 120, "optimizer": "gd,adam"},
    "a sweep of two": {"sweep": ("lr=1,10,30", "beta=0,0.9"), "optimizer": "sgd"},
    "a sweep of many": {"sweep": ("lr=1,2,3,4,5,6,7,8,9",), "start": ((5, 5), (50, 20))},
}


@pytest.fixture(scope="module")
def walk() -> Descent:
    return small(start=((5, 5),))


@pytest.mark.parametrize("options", (FEW | MANY).values(), ids=(FEW | MANY).keys())
def test_every_descent_has_an_image(tmp_path, options):
    draw(small(**options), tmp_path / "walk.png")
    image = opened(tmp_path / "walk.png")
    assert 900 < image.width < 3000
    assert 350 < image.height < 3000
    # Something is drawn, on white.
    assert image.getpixel((2, 2)) == (255, 255, 255)
    assert len(set(image.resize((100, 100)).get_flattened_data())) > 200
    assert [file.name for file in tmp_path.iterdir()] == ["walk.png"]


def test_another_path_is_another_image(walk):
    assert png(walk) != png(small(start=((5, 5),), lr=3))


def test_image_is_the_png(walk, tmp_path):
    draw(walk, tmp_path / "walk.png")
    drawn = np.asarray(opened(tmp_path / "walk.png"))
    with Image.open(io.BytesIO(png(walk))) as image:
        assert image.format == "PNG"
        assert (np.asarray(image.convert("RGB")) == drawn).all()


@pytest.mark.parametrize(
    ("suffix", "begins"), [(".svg", b"<?xml"), (".pdf", b"%PDF"), (".PNG", b"\x89PNG")]
)
def test_other_formats(walk, tmp_path, suffix, begins):
    draw(walk, tmp_path / f"walk{suffix}")
    assert (tmp_path / f"walk{suffix}").read_bytes().startswith(begins)
