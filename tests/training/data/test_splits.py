"""Bad images and odd folders: said before training begins, and mended where asked."""

from __future__ import annotations

import json
import shutil

from helpers.folders import QUIET, make_folder, save_image

import dlvc_cli


def train(dlvc, root, *words, code=0):
    more = ("--max-steps", "1", "--epochs", "1", *words)
    return dlvc("train", "cnn", "--data", f"folder:{root}", *more, code=code)


def record(dlvc):
    return json.loads((dlvc.folder / "runs" / "cnn-images-1" / "run.json").read_text())


def train_here(root, **options):
    """Train in this process, where nothing is expected to be said."""
    out = root.parent / "run"
    return dlvc_cli.train("cnn", data=f"folder:{root}", max_steps=1, out=out, **QUIET, **options)


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
