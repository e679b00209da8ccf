"""A class that has no images to learn from, or to be measured on, is said."""

from __future__ import annotations

from typing import ClassVar

import pytest

from dlvc_cli import DataError
from dlvc_cli.training.data.missing_classes import missing_classes, refuse_lost_classes
from dlvc_cli.training.data.subsets import Subset


class Animals:
    classes = ("cat", "dog", "emu")
    splits: ClassVar[dict] = {}


def subset(*labels: int, name: str = "train") -> dict[str, Subset]:
    return {name: Subset(name, name, None, tuple(range(len(labels))), labels)}  # type: ignore[arg-type]


def test_a_class_of_which_no_file_can_be_read_is_an_error():
    refuse_lost_classes(Animals(), subset(0, 1, 2, 2), subset(0, 1, 2))
    refuse_lost_classes(Animals(), subset(0, 1), subset(0, 1))
    with pytest.raises(DataError, match="None of the 2 training images of the class emu"):
        refuse_lost_classes(Animals(), subset(0, 1, 2, 2), subset(0, 1))
    with pytest.raises(DataError, match="No training image of the class dog can be read"):
        refuse_lost_classes(Animals(), subset(0, 1, 2, 2), subset(0, 2, 2))


def test_classes_without_images_are_told():
    subsets = [subset(0, 1, 2)["train"], subset(1, name="val")["val"]]
    (notice,) = missing_classes(Animals(), subsets)
    assert notice.text == "The val split has no images of the classes cat, emu."
    assert notice.level == "warning"
