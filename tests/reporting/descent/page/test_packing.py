"""Grids as text: they come back to the last bit, and smooth ones are short."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.pages import data_of, image
from PIL import Image

import dlvc_cli as dlvc
from dlvc_cli.reporting.descent.page.forecast import Forecast, choose_forecast, weights
from dlvc_cli.reporting.descent.page.packing import pack_grid

SCRIPT = Path(__file__).with_name("page_unpack.js")


def mirrored(side: int) -> Any:
    """Its own mirror image across and down, and transposed."""
    part = np.random.default_rng(3).uniform(0, 1, (side // 2, side // 2))
    part += part.T
    half = np.hstack([part, part[:, ::-1]])
    return np.vstack([half, half[::-1]])


def grids() -> list[Any]:
    rng = np.random.default_rng(1)
    bits = rng.integers(0, 2**63 - 2**53, (9, 14)).view(np.float64)
    rough = np.where(np.isfinite(bits), bits, 0.5)
    tiny = rng.integers(0, 9, (5, 7)).view(np.float64)
    y, x = np.mgrid[0:40, 0:57]
    smooth = 1e-9 + (x / 57) ** 3 * (y / 40) ** 2 + np.exp(-(x**2) / 90)
    levels = rng.integers(0, 2**16, (6, 11)).astype(np.uint16)
    steps = np.where(x + y > 40, 65535, 0).astype(np.uint16)
    zeros = np.array([[0.0, -0.0, 1.0], [-0.0, 0.0, 0.5], [1.0, 0.0, -0.0]])
    ramp = (x * 100 + y * 300).astype(np.uint16)
    return [rough, tiny, smooth, levels, steps, zeros, ramp, mirrored(20), mirrored(20)[:, 3:-3]]


def unpacked(written: list[dict[str, Any]]) -> list[bytes]:
    """Grids as the page's scripts unpack them."""
    if (node := shutil.which("node")) is None:
        pytest.skip("no node to run the page's scripts with")
    done = subprocess.run(
        [node, str(SCRIPT)], input=json.dumps(written), capture_output=True, text=True, check=True
    )
    return [base64.b64decode(text) for text in json.loads(done.stdout)]


def test_grids_come_back_to_the_last_bit():
    written = [{"columns": grid.shape[1], "values": pack_grid(grid)} for grid in grids()]
    for grid, values in zip(grids(), unpacked(written), strict=True):
        assert values == grid.tobytes()
    assert all(each["values"]["forecast"]["mirrors"] for each in written[-2:])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, None])
def test_a_page_carries_values_exactly(dtype, tmp_path):
    surface = "rastrigin" if dtype is None else image(tmp_path / "hills.png", dtype)
    options = {"grid": 60} if dtype is None else {}
    descent = dlvc.descend(surface, max_steps=5, stop=2e-6, **options)
    descent.save(tmp_path / "page.html")
    data = data_of(tmp_path / "page.html")
    [packed] = unpacked([data])
    if dtype is None:
        values = np.frombuffer(packed)
    else:
        assert data["levels"] == np.iinfo(dtype).max
        values = np.frombuffer(packed, np.uint16) / data["levels"]
    assert np.array_equal(values.reshape(data["rows"], data["columns"]), descent.surface.values)
    assert (data["maxSteps"], data["stop"]) == (5, 2e-6)


def test_a_polynomial_of_its_order_is_told_exactly():
    y, x = np.mgrid[0:20, 0:30].astype(np.float64)
    cubic = x**3 + 5 * x * x + 7
    assert np.array_equal(Forecast((4, 0)).of(cubic)[:, 4:], cubic[:, 4:])
    mixed = 3 + 2 * x * y + y * y
    assert np.array_equal(Forecast((2, 3)).of(mixed)[3:, 2:], mixed[3:, 2:])
    assert weights(1, 1) == [(0, 1, 1), (1, 0, 1), (1, 1, -1)]


def test_what_leaves_least_is_chosen():
    lengths = {(2, 0): 7, (0, 3): 9}
    y, x = np.mgrid[1:31, 1:41].astype(np.float64)
    chosen = choose_forecast(np.sqrt(x + y**2), lambda _, forecast: lengths.get(forecast.order, 10))
    assert chosen == Forecast((2, 0))


@pytest.mark.parametrize("name", ["beale", "schaffer"])
def test_a_page_of_a_thousand_by_a_thousand_is_fit_for_mail(name, tmp_path):
    dlvc.descend(name, max_steps=9).save(tmp_path / "page.html")
    assert (tmp_path / "page.html").stat().st_size < 2_000_000


def test_an_image_takes_less_than_its_own_file(tmp_path):
    y, x = np.mgrid[0:400, 0:500]
    levels = (65535 * np.hypot(x - 200, y - 150) / 500).astype(np.uint16)
    Image.fromarray(levels).save(tmp_path / "cone.png")
    dlvc.descend(str(tmp_path / "cone.png"), max_steps=9).save(tmp_path / "page.html")
    packed = len(pack_grid(levels)["data"])
    assert packed < (tmp_path / "cone.png").stat().st_size
