"""Animations of descents, through ``draw``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.drawings import FEW, small
from PIL import Image, ImageSequence

from dlvc_cli.descent.walks import Descent
from dlvc_cli.reporting.descent.drawing import draw


@pytest.fixture(scope="module")
def walk() -> Descent:
    return small(start=((5, 5),))


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
