"""A network is tested on a folder that holds some classes, or one split alone."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from dlvc_datasets.memory import MemoryDataset, MemorySplit
from helpers.folders import save_image

import dlvc_cli
from dlvc_cli import DataError
from dlvc_cli.events import DataProgress, Event, Notice
from dlvc_cli.training.data.renumbered import renumbered


def test_labels_are_those_of_the_run():
    images = np.zeros((3, 4, 4, 3), np.uint8)
    split = MemorySplit(images, np.array([0, 1, 1]), ["a", "b", "c"])
    data = MemoryDataset(("dog", "ant"), {"test": split})
    part = renumbered(data, ("ant", "bee", "dog"), "mine")
    assert tuple(part.classes) == ("ant", "bee", "dog")
    assert list(part.splits["test"].labels) == [2, 0, 0]
    assert part.splits["test"].names == ["a", "b", "c"]
    with pytest.raises(DataError, match="mine has classes that the run doesn't know: dog"):
        renumbered(data, ("ant", "bee"), "mine")


@pytest.fixture
def run(few, own_folder):
    return dlvc_cli.train("cnn", data=few, epochs=1, view="quiet", threads=1)


def test_a_folder_with_one_split_or_one_folder_of_classes_is_enough(run, tmp_path):
    for number in range(3):
        save_image(tmp_path / "new" / "test" / "right" / f"{number}.png", 1, number)
    for split in (None, "test"):
        result = run.test(split, data=f"folder:{tmp_path / 'new'}")
        assert (result.split, result.images, result.classes) == ("test", 3, ("left", "right"))
        # All of them are of the second class, whatever else the folder lacks.
        assert result.confusion[0] == (0, 0) and sum(result.confusion[1]) == 3
    save_image(tmp_path / "flat" / "left" / "0.png", 0, 0)
    shutil.copytree(tmp_path / "new" / "test" / "right", tmp_path / "flat" / "right")
    with pytest.raises(dlvc_cli.BadOption, match=r"called tst\. Did you mean test\?"):
        run.test("tst", data=f"folder:{tmp_path / 'new'}")
    for split in ("val", "train"):
        with pytest.raises(dlvc_cli.BadOption, match=f"no split called {split}. It has test"):
            run.test(split, data=f"folder:{tmp_path / 'new'}")
    for split in (None, "test", "val", "train"):
        events: list[Event] = []
        result = run.test(split, data=f"folder:{tmp_path / 'flat'}", view=events.append)
        assert result.split == (split or "test") and result.data == f"folder:{tmp_path / 'flat'}"
        assert [sum(row) for row in result.confusion] == [1, 3]
        # Other images than those of training: that they are is what they are for.
        read = {event.split for event in events if isinstance(event, DataProgress)}
        assert read == {result.split} and not any(isinstance(e, Notice) for e in events)
    with pytest.raises(dlvc_cli.BadOption, match=r"called tst\. Did you mean test\?"):
        run.test("tst", data=f"folder:{tmp_path / 'flat'}")
    shutil.move(tmp_path / "new" / "test" / "right", tmp_path / "new" / "test" / "middle")
    with pytest.raises(DataError, match="doesn't know: middle"):
        run.test(data=f"folder:{tmp_path / 'new'}")


def test_of_a_share_that_was_held_out_new_images_keep_none(own_folder, tmp_path):
    for label, name in enumerate(("left", "right")):
        for number in range(4):
            save_image(tmp_path / "flat" / name / f"{number}.png", label, number)
            save_image(tmp_path / "new" / name / f"{number}.png", label, number + 9)
            save_image(tmp_path / "divided" / "val" / name / f"{number}.png", label, number + 9)
    flat = f"folder:{tmp_path / 'flat'}"
    run = dlvc_cli.train("cnn", data=flat, val_share=0.25, epochs=1, view="quiet", threads=1)
    shutil.move(tmp_path / "flat", tmp_path / "moved")
    # The run's own data, elsewhere: what it was trained on is no test.
    own = run.test(data=f"folder:{tmp_path / 'moved'}")
    assert (own.split, own.images, own.accuracy) == ("val", 2, run.metrics[-1]["val_acc"])
    new = run.test(data=f"folder:{tmp_path / 'new'}")
    assert (new.split, new.images) == ("test", 8)
    divided = run.test(data=f"folder:{tmp_path / 'divided'}")
    assert (divided.split, divided.images) == ("val", 8)


def test_nothing_is_trained_without_a_training_split(few, own_folder, tmp_path):
    for label, name in enumerate(("left", "right")):
        save_image(tmp_path / "new" / "val" / name / "1.png", label, 1)
    with pytest.raises(dlvc_cli.BadOption, match=r"no split called train\. It has val"):
        dlvc_cli.train("cnn", data=f"folder:{tmp_path / 'new'}", view="quiet")
