"""The embedded data set: the same everywhere, balanced, and not to be told apart by colour."""

from __future__ import annotations

import numpy as np
import pytest
from dlvc_datasets.memory import MemoryDataset, MemorySplit
from dlvc_datasets.toy_pets import SIZES, build

from dlvc_cli import Dataset, Split
from dlvc_cli.registry.registry import registry

# The beginning of each split's SHA-256. A change of these is a change of the data set: runs on it
# can't be compared with earlier ones any more.
FINGERPRINTS = {
    "train": "e9d8f17d9efa501e",
    "val": "ef99741836b830de",
    "test": "b575ea9ebf86194e",
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


def test_images_use_the_whole_range(toy: MemoryDataset) -> None:
    images = toy.splits["train"].images
    assert 0.25 < images.mean() / 255 < 0.75
    assert (images.reshape(len(images), -1).std(axis=1) > 5).all()


def test_it_is_found_by_name() -> None:
    offer = registry().find("datasets", "toy-pets")
    assert offer.spec.available is None
    assert offer.spec.rank == 100
