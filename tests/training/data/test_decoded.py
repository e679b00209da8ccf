"""Images of every kind, decoded to one size."""

from __future__ import annotations

import numpy as np
from helpers.folders import QUIET
from PIL import Image

import dlvc_cli


def train_here(root, **options):
    """Train in this process, where nothing is expected to be said."""
    out = root.parent / "run"
    return dlvc_cli.train("cnn", data=f"folder:{root}", max_steps=1, out=out, **QUIET, **options)


def test_images_of_every_kind_and_size_are_read(folder):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (50, 70, 3), dtype=np.uint8)
    where = folder / "train" / "left"
    for mode in ("L", "LA", "P", "RGBA", "1"):
        Image.fromarray(pixels).convert(mode).save(where / f"{mode}.png")
    Image.fromarray(pixels).convert("CMYK").save(where / "cmyk.jpg")
    Image.fromarray(pixels[..., 0].astype(np.uint16) * 257).save(where / "deep.png")
    found = train_here(folder).record
    assert found["data"]["images"]["train"] == 87
    assert found["input"]["stored_size"] == [32, 32], "of several sizes, the model's own"
