"""The image that the page saves of what is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.pages import image, run
from PIL import Image

import dlvc_cli as dlvc
from dlvc_cli.reporting.colours import TRIALS


def saved(page: Any, folder: Path) -> Path:
    with page.expect_download() as download:
        page.click("#save")
    target = folder / download.value.suggested_filename
    download.value.save_as(target)
    return target


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_image_of_what_is_seen_is_saved(look, tmp_path, scheme):
    page = look(
        dlvc.descend("madsen", grid=80, optimizer="gd,adam", max_steps=99), color_scheme=scheme
    )
    run(page)
    target = saved(page, tmp_path)
    assert target.name == "madsen-descent.png"
    with Image.open(target) as png:
        assert png.size == (3200, 1800)
        pixels = np.asarray(png.convert("RGB"))
    assert (pixels[2, 2].mean() < 100) == (scheme == "dark")
    # The map to the left, the curves to the right: neither is empty, nothing reaches the border.
    assert pixels[300:1600, 100:1500].std() > 10 and pixels[700:1600, 1800:3000].std() > 3
    border = [pixels[:8], pixels[-8:], pixels[:, :8], pixels[:, -8:]]
    assert all((side == pixels[2, 2]).all() for side in border)
    # Each walk's colour is in its key.
    for colour in TRIALS[:2]:
        rgb = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
        assert (pixels[180:360, 1700:1800] == rgb).all(axis=2).any()


def test_a_saved_image_is_named_after_the_file_of_the_surface(look, tmp_path):
    path = image(tmp_path / "it's  Höhe (2).png", np.uint8)
    page = look(dlvc.descend(str(path), max_steps=20))
    assert saved(page, tmp_path).name == "it-s-Höhe-2-descent.png"
