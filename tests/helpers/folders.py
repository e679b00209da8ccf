"""Folders of images: made here, or the course's own beside the checkout."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
PETS, SURFACES = SHARED / "pets", SHARED / "surfaces"

# Options of a run in this process: it shows nothing, and computes the same on any machine.
QUIET: dict[str, Any] = {"view": "quiet", "threads": 1}

needs_pets = pytest.mark.skipif(
    not PETS.is_dir(), reason="the course's images are not beside the checkout"
)


def save_image(path: Path, label: int, seed: int, size: tuple[int, int] = (32, 32)) -> None:
    """Write a noisy image whose left (label 0) or right half is brighter: easy to learn."""
    height, width = size
    pixels = np.random.default_rng(seed).integers(0, 120, (height, width, 3))
    half = slice(0, width // 2) if label == 0 else slice(width // 2, width)
    pixels[:, half] += 100
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels.astype(np.uint8)).save(path)


def make_folder(root: Path, counts: Mapping[str, int], size: tuple[int, int] = (32, 32)) -> Path:
    """Make a data set of class folders ``left`` and ``right``: ``counts`` images a class."""
    for split, count in counts.items():
        for label, name in enumerate(("left", "right")):
            for number in range(count):
                file = root / split / name / f"{number:03}.png"
                save_image(file, label, number * 2 + label + 1000 * len(split), size)
    return root
