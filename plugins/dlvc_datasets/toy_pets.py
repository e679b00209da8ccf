"""The data set ``toy-pets``: images of cat-like and dog-like faces, made when asked for.

It stands in where no real data is at hand: for a first run, and for tests. A network learns it
within a minute, and better with augmentation than without.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from dlvc_datasets.memory import MemoryDataset, MemorySplit
from dlvc_datasets.toy_faces import draw_face
from dlvc_datasets.toy_shapes import Array, Dice, Frame, paint, polygon

__all__ = ["CLASSES", "SIZES", "build", "draw"]

CLASSES = ("cat", "dog")
SIZES = {"train": 500, "val": 800, "test": 800}
"""Images of each split, half of them cats. So few are trained on that augmentation helps."""

_SIDE = 32
_AT_ONCE = 50  # images drawn together: few enough to stay in the processor's cache


def build() -> MemoryDataset:
    """Draw the data set: 32 x 32 pixels, classes cat and dog, splits train, val and test."""
    splits = {}
    with ThreadPoolExecutor() as pool:
        for number, (split, count) in enumerate(SIZES.items()):
            labels = np.arange(count) % 2
            starts = range(0, count, _AT_ONCE)
            parts = pool.map(
                draw,
                [labels[start : start + _AT_ONCE] for start in starts],
                [1_000_000 * (number + 1) + start for start in starts],
            )
            names = [f"{CLASSES[label]}/{index:04d}" for index, label in enumerate(labels)]
            splits[split] = MemorySplit(np.concatenate(list(parts)), labels, names)
    return MemoryDataset(CLASSES, splits)


def draw(labels: np.ndarray, seed: int) -> np.ndarray:
    """Draw an image for each label (0 cat, 1 dog), as uint8 (n, 32, 32, 3)."""
    n = len(labels)
    dice = Dice(seed, n)
    dog = np.asarray(labels, np.float32).reshape(n, 1, 1)
    frame = Frame.image(n, _SIDE)
    image = np.empty((3, n, _SIDE, _SIDE), np.float32)
    _background(image, frame, dice)
    face = frame.place(
        dice.uniform(-0.35, 0.35),
        dice.uniform(-0.3, 0.35),
        scale=dice.uniform(0.55, 0.8),
        turn=dice.turn(0.3),
        stretch=dice.uniform(0.85, 1.2),
    )
    draw_face(image, face, dog, dice)
    _occlude(image, frame, dice)
    _light(image, frame, dice)
    image += dice.noise(_SIDE) * dice.uniform(0.01, 0.04)
    levels = (np.clip(image, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    return np.ascontiguousarray(levels.transpose(1, 2, 3, 0))


def _background(image: Array, frame: Frame, dice: Dice) -> None:
    """A colour gradient."""
    image[:] = dice.colour()
    slope = frame.u * dice.uniform(-0.7, 0.7) + frame.v * dice.uniform(-0.7, 0.7)
    paint(image, np.clip(slope + 0.5, 0, 1), dice.colour())


def _occlude(image: Array, frame: Frame, dice: Dice) -> None:
    """Now and then something in front of part of the image."""
    bar = frame.place(
        dice.uniform(-0.9, 0.9), dice.uniform(-0.9, 0.9), dice.uniform(0.12, 0.3), dice.turn(3.0)
    )
    long = dice.uniform(1.0, 4.0)
    cover = polygon(bar, (-1.0, -long), (1.0, -long), (1.0, long), (-1.0, long))
    paint(image, cover * dice.chance(0.1), dice.colour())


def _light(image: Array, frame: Frame, dice: Dice) -> None:
    """Light from one side, contrast, brightness, and a colour cast."""
    lit = 1 + frame.u * dice.uniform(-0.35, 0.35) + frame.v * dice.uniform(-0.35, 0.35)
    image *= lit * dice.uniform(0.65, 1.1)
    image *= 1 + (dice.colour() - np.float32(0.5)) * np.float32(0.4)
    image += dice.uniform(-0.05, 0.2)
