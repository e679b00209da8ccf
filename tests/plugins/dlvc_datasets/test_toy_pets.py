"""The embedded data set: the same everywhere, balanced, and not to be told apart by colour."""

from __future__ import annotations

import numpy as np
import pytest
from dlvc_datasets.memory import MemoryDataset, MemorySplit
from dlvc_datasets.toy_pets import SIZES, build, draw
from dlvc_datasets.toy_shapes import Dice, Frame, ellipse, paint, polygon

from dlvc_cli import Dataset, Split
from dlvc_cli.registry.registry import registry

# The beginning of each split's SHA-256. A change of these is a change of the data set: runs on it
# can't be compared with earlier ones any more.
FINGERPRINTS = {
    "train": "86940dbaf61c818b",
    "val": "3c2682780c6c738e",
    "test": "9a37a5b3987c6482",
}


@pytest.fixture(scope="module")
def toy() -> MemoryDataset:
    return build()


def test_splits_and_classes(toy: MemoryDataset) -> None:
    assert isinstance(toy, Dataset)
    assert toy.classes == ("cat", "dog")
    assert {name: len(split.labels) for name, split in toy.splits.items()} == SIZES
    for split in toy.splits.values():
        assert isinstance(split, Split)
        assert sum(split.labels) * 2 == len(split.labels)
        assert len(set(split.names)) == len(split.names)
        for index in (0, 1, -1):
            assert split.names[index].startswith(toy.classes[split.labels[index]])
            assert split.sample(index).shape == (32, 32, 3)
            assert split.sample(index).dtype == np.uint8


def test_the_images_are_the_same_everywhere(toy: MemoryDataset) -> None:
    assert {name: split.fingerprint()[7:23] for name, split in toy.splits.items()} == FINGERPRINTS


def test_no_image_is_there_twice(toy: MemoryDataset) -> None:
    images = [image.tobytes() for split in toy.splits.values() for image in split.images]
    assert len(set(images)) == len(images) == sum(SIZES.values())


def colour_features(split: MemorySplit) -> np.ndarray:
    """Mean and spread of each channel, (N, 6)."""
    pixels = split.images.reshape(len(split.labels), -1, 3) / 255
    return np.hstack([pixels.mean(1), pixels.std(1)])


def test_colour_says_nothing_about_the_class(toy: MemoryDataset) -> None:
    train, val = colour_features(toy.splits["train"]), colour_features(toy.splits["val"])
    labels, truth = (np.array(toy.splits[name].labels) for name in ("train", "val"))
    scale = train.std(0)
    centres = np.stack([train[labels == label].mean(0) for label in (0, 1)])
    distances = (((val[:, None] - centres) / scale) ** 2).sum(2)
    assert abs((distances.argmin(1) == truth).mean() - 0.5) < 0.06
    design = np.hstack([train, np.ones((len(train), 1))])
    weights = np.linalg.lstsq(design, labels - 0.5, rcond=None)[0]
    guesses = np.hstack([val, np.ones((len(val), 1))]) @ weights > 0
    assert abs((guesses == truth).mean() - 0.5) < 0.06


def test_single_pixels_say_little_about_the_class(toy: MemoryDataset) -> None:
    train, val = toy.splits["train"], toy.splits["val"]
    design = train.images[:, ::2, ::2].reshape(len(train.labels), -1) / 255 - 0.5
    ridge = design.T @ design + 100 * np.eye(design.shape[1])
    weights = np.linalg.solve(ridge, design.T @ (np.array(train.labels) - 0.5))
    guesses = (val.images[:, ::2, ::2].reshape(len(val.labels), -1) / 255 - 0.5) @ weights > 0
    assert (guesses == np.array(val.labels)).mean() < 0.65


def test_the_class_changes_the_face_and_nothing_else() -> None:
    cats, dogs = draw(np.zeros(64), seed=7), draw(np.ones(64), seed=7)
    changed = (cats != dogs).any(axis=3)
    share = changed.mean(axis=(1, 2))
    assert (share > 0.02).mean() > 0.9
    assert share.max() < 0.8
    np.testing.assert_array_equal(draw(np.zeros(64), seed=7), cats)
    assert (draw(np.zeros(64), seed=8) != cats).mean() > 0.5


def test_images_use_the_whole_range(toy: MemoryDataset) -> None:
    images = toy.splits["train"].images
    assert 0.25 < images.mean() / 255 < 0.75
    assert (images.reshape(len(images), -1).std(axis=1) > 5).all()


# Shapes -------------------------------------------------------------------------------------


def test_areas_of_shapes() -> None:
    frame = Frame.image(1, 64)
    pixel_area = (2 / 64) ** 2
    assert ellipse(frame, 0.1, -0.2, 0.5, 0.3).sum() * pixel_area == pytest.approx(
        np.pi * 0.5 * 0.3, rel=0.02
    )
    triangle = polygon(frame, (-0.5, 0.5), (0.0, -0.7), (0.5, 0.5))
    assert triangle.sum() * pixel_area == pytest.approx(0.6, rel=0.02)
    assert polygon(frame, (-0.5, 0.5), (0.5, 0.5), (0.0, -0.7)).sum() == 0  # anticlockwise


def test_a_placed_frame_turns_and_scales() -> None:
    dice = Dice(3, 5)
    turn = dice.turn(2.0)
    cosine, sine = turn
    np.testing.assert_allclose(cosine * cosine + sine * sine, 1, rtol=1e-5)
    frame = Frame.image(5, 64)
    placed = frame.place(0.1, 0.1, 0.5, turn, stretch=1.2)
    area = ellipse(placed, 0.0, 0.0, 0.9, 0.5).sum(axis=(1, 2)) * (2 / 64) ** 2
    np.testing.assert_allclose(area, np.pi * 0.9 * 0.5 * 0.5**2 * 1.2, rtol=0.03)


def test_paint_lays_colour_by_coverage() -> None:
    image = np.zeros((3, 1, 2, 2), np.float32)
    colour = np.array([1, 0.5, 0], np.float32).reshape(3, 1, 1, 1)
    paint(image, np.array([[[0, 0.5], [1, 0]]], np.float32), colour)
    np.testing.assert_allclose(image[0, 0], np.array([[0, 0.5], [1, 0]]))
    np.testing.assert_allclose(image[1, 0], np.array([[0, 0.25], [0.5, 0]]))


def test_dice_keep_their_ranges() -> None:
    dice = Dice(1, 2000)
    spread = dice.uniform(-2, 3)
    assert spread.shape == (2000, 1, 1)
    assert spread.dtype == np.float32
    assert -2 <= spread.min() < -1.9
    assert 2.9 < spread.max() <= 3
    assert dice.chance(0.25).mean() == pytest.approx(0.25, abs=0.04)
    colours = dice.colour(0.2, 0.4)
    assert colours.shape == (3, 2000, 1, 1)
    assert colours.min() >= 0.2
    assert colours.max() <= 0.4
    noise = dice.noise(8)
    assert noise.shape == (3, 2000, 8, 8)
    assert abs(noise.mean()) < 0.01
    assert noise.std() == pytest.approx(1 / np.sqrt(6), rel=0.02)


def test_it_is_found_by_name() -> None:
    offer = registry().find("datasets", "toy-pets")
    assert offer.spec.available is None
    assert offer.spec.rank == 100
