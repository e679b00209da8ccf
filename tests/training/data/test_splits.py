"""Bad images and odd folders: said before training begins, and mended where asked."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import torch
from dlvc_datasets.folder import build
from helpers.folders import QUIET, make_folder, save_image
from PIL import Image

import dlvc_cli
from dlvc_cli import BadOption, DataError
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.events import drain
from dlvc_cli.training.data.splits import Recorded, read_again, read_splits
from dlvc_cli.training.data.stored_size import InputSize


def train(dlvc, root, *words, code=0):
    more = ("--max-steps", "1", "--epochs", "1", *words)
    return dlvc("train", "cnn", "--data", f"folder:{root}", *more, code=code)


def record(dlvc):
    return json.loads((dlvc.folder / "runs" / "cnn-images-1" / "run.json").read_text())


def train_here(root, **options):
    """Train in this process, where nothing is expected to be said."""
    out = root.parent / "run"
    options = {"max_steps": 1} | options if "epochs" not in options else options
    return dlvc_cli.train("cnn", data=f"folder:{root}", out=out, **QUIET, **options)


def test_bad_files_are_named_and_counted_before_training(dlvc, folder):
    good = (folder / "train" / "left" / "000.png").read_bytes()
    (folder / "train" / "left" / "cut.png").write_bytes(good[: len(good) // 2])
    (folder / "train" / "right" / "notes.txt").write_text("not an image")
    (folder / "val" / "left" / "empty.jpg").touch()
    failed = train(dlvc, folder, code=1)
    for name in ("cut.png", "empty.jpg", "2 files", "--skip-bad-files"):
        assert name in failed.stderr
    assert "1 file that is no image is left out: notes.txt." in failed.stderr
    assert not (dlvc.folder / "runs").exists()
    done = train(dlvc, folder, "--skip-bad-files")
    assert "left out" in done.stderr
    data = record(dlvc)["data"]
    assert data["skipped"] == {
        "train": ["left/cut.png"],
        "val": ["left/empty.jpg"],
    }
    assert data["images"] == {"train": 80, "val": 26}


def test_labels_do_not_shift_where_a_split_lacks_a_class(tmp_path):
    root = make_folder(tmp_path / "images", {"train": 12, "valid": 4})
    for number in range(4):
        save_image(root / "train" / "above" / f"{number}.png", 0, number)
    result = train_here(root).test()
    assert result.classes == ("above", "left", "right")
    assert [sum(row) for row in result.confusion] == [0, 4, 4]


def test_a_class_that_only_validation_has_is_an_error(dlvc, folder):
    save_image(folder / "val" / "above" / "0.png", 0, 0)
    assert "above" in train(dlvc, folder, code=1).stderr


def test_a_folder_without_splits_is_split_by_share(dlvc, folder):
    shutil.rmtree(folder / "val")
    for name in ("left", "right"):
        (folder / "train" / name).rename(folder / name)
    (folder / "train").rmdir()
    assert "--val-share" in train(dlvc, folder, code=2).stderr
    run = train_here(folder, val_share=0.25)
    assert run.record["data"]["images"] == {"train": 60, "val": 20}
    assert run.test().images == 20


def test_a_share_is_refused_where_there_is_a_validation_split(dlvc, folder):
    assert "--val-share" in train(dlvc, folder, "--val-share", "0.25", code=2).stderr


# Bad files first, then what is made of the rest -------------------------------------------------


def read(root, recorded=None, wanted=("train", "val"), **options):
    """Read a folder's images as a run does, without a run."""
    config = TrainConfig(model="cnn", data=f"folder:{root}", **options)
    dataset = build(str(root))
    if recorded is None:
        work = read_splits(dataset, wanted, config, InputSize((32, 32), settled=False))
    else:
        work = read_again(dataset, wanted, config, recorded)
    return drain(work, lambda event: None)


def pixels_of(data, name):
    return data.splits[name].between(0, len(data.splits[name]))


def spoil(path, how="header"):
    """Make a file bad: in its header, or only behind it."""
    data = path.read_bytes()
    path.write_bytes(b"no image" if how == "header" else data[: len(data) // 2])


@pytest.mark.parametrize("how", ["header", "behind"])
def test_a_class_whose_files_are_all_bad_is_no_class_to_train_on(tmp_path, how):
    root = make_folder(tmp_path / "images", {"train": 4, "val": 2})
    for path in (root / "train" / "left").iterdir():
        spoil(path, how)
    with pytest.raises(DataError, match="None of the 4 training images of the class left"):
        read(root, skip_bad_files=True)


@pytest.mark.parametrize("how", ["header", "behind"])
def test_a_class_that_is_bad_in_val_is_said(tmp_path, how):
    root = make_folder(tmp_path / "images", {"train": 4, "val": 2})
    for path in (root / "val" / "left").iterdir():
        spoil(path, how)
    data = read(root, skip_bad_files=True)
    assert [notice.text for notice in data.notices] == [
        "The val split has no images of the class left."
    ]


@pytest.mark.parametrize("how", ["header", "behind"])
def test_a_share_is_held_out_of_what_can_be_read(tmp_path, how):
    root = make_folder(tmp_path / "images", {"train": 12})
    for number in range(10):
        spoil(root / "train" / "left" / f"{number:03}.png", how)
    data = read(root, skip_bad_files=True, val_share=0.2)
    counts = {name: split.targets.bincount().tolist() for name, split in data.splits.items()}
    assert counts == {"train": [1, 10], "val": [1, 2]}
    assert data.skipped == {"train": [f"left/{number:03}.png" for number in range(10)]}
    together = [name for split in data.splits.values() for name in split.names]
    assert len(set(together)) == len(together) == 14

    # A run with this data is tested and resumed on the very same images.
    recorded = Recorded(data.size, data.skipped)
    again = read(root, recorded, skip_bad_files=True, val_share=0.2)
    alone = read(root, recorded, wanted=("val",), skip_bad_files=True, val_share=0.2)
    for name, split in data.splits.items():
        assert again.splits[name].names == split.names
        assert torch.equal(pixels_of(again, name), pixels_of(data, name))
    assert alone.splits["val"].names == data.splits["val"].names
    assert again.skipped == data.skipped and again.fingerprints == data.fingerprints


def test_a_run_whose_share_was_held_out_of_what_can_be_read_goes_on_and_is_tested(tmp_path):
    root = make_folder(tmp_path / "images", {"train": 12})
    for number in range(6):
        spoil(root / "train" / "left" / f"{number:03}.png", "behind")
    run = train_here(root, skip_bad_files=True, val_share=0.25, epochs=1)
    data = run.record["data"]
    assert data["images"] == {"train": 13, "val": 5} and data["reading"] == 3
    result = run.test()
    assert (result.split, [sum(row) for row in result.confusion]) == ("val", [2, 3])
    assert result.accuracy == run.metrics[-1]["val_acc"]
    resumed = dlvc_cli.train(resume=run, epochs=2, view="quiet")
    assert resumed.record["data"] == data and len(resumed.metrics) == 2


def test_a_class_of_which_one_file_is_left_cannot_be_shared(tmp_path):
    root = make_folder(tmp_path / "images", {"train": 4})
    for number in range(3):
        spoil(root / "train" / "left" / f"{number:03}.png", "behind")
    with pytest.raises(BadOption, match="without training images"):
        read(root, skip_bad_files=True, val_share=0.2)


def test_bad_files_are_all_listed_before_anything_else_is_said(tmp_path):
    root = make_folder(tmp_path / "images", {"train": 2})
    spoil(root / "train" / "left" / "000.png")
    spoil(root / "train" / "left" / "001.png", "behind")
    with pytest.raises(DataError, match=r"2 files cannot be read as images \(2 in train\)") as said:
        read(root, val_share=0.2)
    assert "000.png" in str(said.value) and "001.png" in str(said.value)


def test_runs_of_the_first_reading_keep_what_they_held_out(tmp_path):
    """Then a share was held out first, and bad files were left out of both parts after that."""
    root = make_folder(tmp_path / "images", {"train": 12})
    before = read(root, val_share=0.25)  # nothing is bad: both readings agree
    held = [name for name in before.splits["val"].names if name.startswith("left")]
    bad = [held[0], *[n for n in before.splits["train"].names if n.startswith("left")][:2]]
    for name in bad:
        spoil(root / "train" / name)
    old = Recorded((32, 32), {"train": sorted(bad[1:]), "val": bad[:1]}, reading=1)
    data = read(root, old, skip_bad_files=True, val_share=0.25)
    for part, split in before.splits.items():
        assert data.splits[part].names == tuple(n for n in split.names if n not in bad)
    assert data.skipped == old.skipped


def test_an_odd_image_changes_nobody_else_s_size(tmp_path):
    root = make_folder(tmp_path / "images", {"train": 9, "val": 2}, (20, 30))
    save_image(root / "val" / "left" / "odd.png", 0, 0, (20, 29))
    data = read(root)
    assert data.size == (20, 30)
    (notice,) = data.notices
    assert notice.text.startswith("22 of 23 images are 20x30 (height x width); the other one")


def test_what_a_damaged_file_says_of_its_size_does_not_count(tmp_path):
    root = make_folder(tmp_path / "images", {"train": 5, "val": 2}, (20, 30))
    for number in range(2):
        path = root / "train" / "left" / f"odd{number}.png"
        save_image(path, 0, 0, (99, 99))
        spoil(path, "behind")
    data = read(root, skip_bad_files=True)
    assert data.size == (20, 30) and not data.notices
    assert len(data.splits["train"]) == 10 and data.skipped["train"] == [
        "left/odd0.png",
        "left/odd1.png",
    ]


def test_sizes_and_what_is_left_out_are_told_and_recorded(dlvc, tmp_path):
    root = make_folder(tmp_path / "images", {"train": 12, "val": 4}, (20, 30))
    save_image(root / "train" / "left" / "odd.png", 0, 0, (20, 29))
    (root / "train" / "left" / "notes.txt").write_text("x")
    told = train(dlvc, root, "--image-size", "32").stderr
    size = "32 of 33 images are 20x30 (height x width); the other one, 20x29, is cropped to that."
    assert size in told and "1 file that is no image is left out: notes.txt." in told
    assert "stored at 20x30 pixels, input 32x32" in told
    found = record(dlvc)
    assert found["input"]["stored_size"] == [20, 30]
    assert "1 file that is no image is left out: notes.txt." in found["notices"]
    assert any(size in notice for notice in found["notices"])
    cropped = train_here(root, image_size="16", fit="crop").record
    assert cropped["input"]["stored_size"] == cropped["input"]["input_size"] == [16, 16]


def test_a_crop_keeps_proportions_where_all_sizes_agree(tmp_path):
    """Of a wide image its middle third is left, not all of it squeezed."""
    root = tmp_path / "images"
    pixels = np.zeros((32, 96, 3), np.uint8)
    pixels[:, 24:72] = 200
    for part in ("train", "val"):
        for name in ("left", "right"):
            (root / part / name).mkdir(parents=True)
            Image.fromarray(pixels).save(root / part / name / "a.png")
    config = TrainConfig(model="cnn", image_size="16", fit="crop")
    inputs = InputSize((16, 16), settled=True)
    wanted = ("train", "val")
    data = drain(read_splits(build(str(root)), wanted, config, inputs), lambda event: None)
    assert data.size == (16, 16)
    assert (pixels_of(data, "train") == 200).all()
