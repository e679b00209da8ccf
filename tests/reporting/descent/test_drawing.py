"""Images and animations of descents, through ``draw``."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageSequence

from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.descent.engine import descend_plan, prepare_surface
from dlvc_cli.descent.request_plan import plan_descent
from dlvc_cli.descent.walks import Descent
from dlvc_cli.events import drain
from dlvc_cli.registry.registry import registry
from dlvc_cli.reporting.descent.drawing import draw, png
from dlvc_cli.reporting.descent.figures.lines import thin_curve, thin_path


def descend(surface: str, **options) -> Descent:
    plan = plan_descent(registry(), DescentConfig(surface=surface, **options))
    return drain(descend_plan(plan, prepare_surface(plan)), lambda event: None)


def small(surface: str = "himmelblau", **options) -> Descent:
    return descend(surface, **{"grid": 60, "optimizer": "momentum", "max_steps": 300} | options)


@pytest.fixture(scope="module")
def walk() -> Descent:
    return small(start=((5, 5),))


def opened(file: Path) -> Image.Image:
    with Image.open(file) as image:
        image.load()
        return image.convert("RGB")


FEW = {
    "one walk": {},
    "a short walk": {"max_steps": 3, "lr": 0.01},
    "a walk of no step": {"start": ((0, 0),), "lr": 1e9},
    "several optimisers": {"optimizer": "gd,momentum,adam"},
    "both": {"optimizer": "gd,adam", "start": ((5, 5), (50, 20))},
    "twelve trials": {"optimizer": ",".join(f"sgd:momentum=0.{k}" for k in range(1, 10)) + ",adam"},
    "exact": {"exact": True},
    "a valley of minima": {"surface": "beale"},
    "a rough surface": {"surface": "schaffer", "start": ((10, 10), (50, 50))},
}
MANY = {
    "basins by minimum": {"basins": 12},
    "basins by place": {"surface": "schaffer", "basins": 12},
    "basins of several trials": {"basins": 8, "optimizer": "momentum,gd,adam"},
    "random starts": {"random_starts": 150},
    "random starts of two trials": {"random_starts": 120, "optimizer": "gd,adam"},
    "a sweep of two": {"sweep": ("lr=1,10,30", "beta=0,0.9"), "optimizer": "sgd"},
    "a sweep of many": {"sweep": ("lr=1,2,3,4,5,6,7,8,9",), "start": ((5, 5), (50, 20))},
}


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


def test_a_basin_map_has_each_minimum_s_colour_where_its_walks_start(tmp_path):
    draw(small(basins=12, max_steps=3000), tmp_path / "basins.png")
    pixels = np.asarray(opened(tmp_path / "basins.png")).reshape(-1, 3)
    total = len(pixels)
    # The four minima of Himmelblau's function, each about a quarter of the map.
    for colour in ("0072B2", "E69F00", "009E73", "CC79A7"):
        rgb = [int(colour[k : k + 2], 16) for k in (0, 2, 4)]
        assert (pixels == rgb).all(axis=1).sum() > 0.02 * total


def test_walks_that_leave_are_grey_on_a_basin_map(tmp_path):
    def greys(**options) -> int:
        draw(small(basins=12, **options), tmp_path / "basins.png")
        pixels = np.asarray(opened(tmp_path / "basins.png"))
        return int((pixels == (0x8C, 0x8C, 0x8C)).all(axis=2).sum())

    assert greys(lr=3000, max_steps=20) > 10_000 > greys()


def frames(file: Path) -> list[Image.Image]:
    with Image.open(file) as image:
        return [frame.convert("RGB") for frame in ImageSequence.Iterator(image)]


@pytest.mark.parametrize("name", ["one walk", "both", "a rough surface"])
def test_animations_move_on(tmp_path, name):
    descent = small(**FEW[name] | {"max_steps": 14})
    draw(descent, tmp_path / "walk.gif")
    shown = frames(tmp_path / "walk.gif")
    assert len(shown) == 1 + max(walk.steps for walk in descent) > 10
    assert len({frame.tobytes() for frame in shown}) == len(shown)
    assert (tmp_path / "walk.gif").stat().st_size < 1_000_000


def test_a_walk_of_no_step_is_a_still_image(tmp_path):
    descent = small(**FEW["a walk of no step"])
    assert descent.steps == 0
    draw(descent, tmp_path / "walk.gif")
    assert len(frames(tmp_path / "walk.gif")) == 1


def test_an_animation_takes_ten_seconds_and_holds_its_last_frame(walk, tmp_path):
    draw(walk, tmp_path / "walk.gif")
    assert (tmp_path / "walk.gif").stat().st_size < 3_000_000
    with Image.open(tmp_path / "walk.gif") as image:
        assert 10 < image.n_frames <= 100
        durations = []
        for k in range(image.n_frames):
            image.seek(k)
            durations.append(image.info["duration"])
        assert image.info["loop"] == 0
    assert durations[-1] == 2000
    assert 5000 < sum(durations) <= 10_000


def test_an_animation_of_walks_far_apart_shows_the_longest(tmp_path):
    options = {"grid": 400, "lr": 1, "max_steps": 12}
    starts = ((50, 50), (300, 300))
    far = small("schaffer", start=starts, **options)
    draw(far, tmp_path / "far.gif")
    gaps = []
    for start in starts:
        draw(small("schaffer", start=(start,), **options), tmp_path / "alone.gif")
        shown = [_map(tmp_path / name) for name in ("far.gif", "alone.gif")]
        gaps.append(np.abs(shown[0] - shown[1]).mean())
    extents = [np.ptp(walk.path, axis=0).max() for walk in far]
    assert np.argmin(gaps) == np.argmax(extents)
    assert min(gaps) < 5 < 15 < max(gaps)


def _map(file: Path) -> np.ndarray:
    """The map in the last frame of an animation."""
    return np.asarray(frames(file)[-1].crop((85, 80, 425, 420)), dtype=float)


finite = st.floats(0, 50)


@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 60), st.just(2)), elements=finite))
def test_thin_paths_keep_their_ends_and_every_move(path):
    thin = thin_path(path, 0.5)
    kept = thin[~np.isnan(thin[:, 0])]
    assert (thin[0] == path[0]).all() and (thin[-1] == path[-1]).all()
    assert {tuple(point) for point in kept} <= {tuple(point) for point in path}

    def moves(points: np.ndarray) -> set[tuple[float, ...]]:
        squares = np.floor(points / 0.5)
        pairs = np.hstack([squares[:-1], squares[1:]])
        return {tuple(pair) for pair in pairs if not np.isnan(pair).any()}

    def real(found: set[tuple[float, ...]]) -> set[tuple[float, ...]]:
        return {move for move in found if move[:2] != move[2:]}

    assert real(moves(thin)) == real(moves(path))


def test_a_walk_to_and_fro_is_drawn_once():
    path = np.tile([[0.0, 0.0], [10.0, 3.0]], (50_000, 1))
    assert len(thin_path(path, 0.1)) < 10


@given(
    arrays.arrays(np.float64, st.integers(1500, 5000), elements=st.floats(-1e3, 1e3)),
    st.booleans(),
)
def test_thin_curves_keep_ends_and_extremes(values, log):
    steps, thin = thin_curve(values, log)
    assert len(steps) == len(thin) <= 1600
    assert (np.diff(steps) >= 0).all()
    assert (steps[0], steps[-1]) == (0, len(values) - 1)
    assert thin[-1] == values[-1]
    assert (thin.min(), thin.max()) == (values.min(), values.max())
