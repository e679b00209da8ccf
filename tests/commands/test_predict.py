"""``dlvc predict``."""

from __future__ import annotations

import json
import os
import shutil

import pytest
from dlvc_datasets.folder import build
from helpers.folders import save_image


@pytest.fixture
def dlvc(dlvc, trained):
    shutil.copytree(trained / "runs", dlvc.folder / "runs")
    return dlvc


def test_files_folders_and_patterns_are_classified(dlvc, trained):
    shutil.copytree(trained / "images" / "test", dlvc.folder / "holiday")
    save_image(dlvc.folder / "big.jpg", 0, 5, (300, 200))
    rows = dlvc.json("predict", "one", "big.jpg", "holiday", "holiday/left/*.png")
    assert len(rows) == 21, "a file that is named twice is classified once"
    for row in rows:
        assert sum(row["probabilities"].values()) == pytest.approx(1, abs=1e-5)
        assert row["label"] == max(row["probabilities"], key=row["probabilities"].get)
    truth = dlvc.json("test", "one")
    hits = sum(row["label"] in row["path"] for row in rows[1:])
    assert hits / 20 == truth["accuracy"], "predict and test see the same images"
    table = dlvc("predict", "one", "big.jpg").stdout
    assert "big.jpg" in table and "left" in table


def test_a_bad_image_is_named_and_the_others_are_classified(dlvc):
    save_image(dlvc.folder / "good.png", 1, 5)
    (dlvc.folder / "bad.png").write_bytes(b"no image")
    done = dlvc("predict", "one", "good.png", "bad.png", "--json", code=1)
    assert "bad.png" in done.stderr and "good.png" in done.stdout
    assert "nothing.png" in dlvc("predict", "one", "nothing.png", code=2).stderr


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_folder_is_listed_as_training_lists_it(dlvc, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    save_image(elsewhere / "linked.png", 1, 5)
    holiday = dlvc.folder / "holiday"
    save_image(holiday / "left" / "a.png", 0, 6)
    save_image(holiday / "left" / "@eaDir" / "thumb.png", 0, 7)
    (holiday / "right").symlink_to(elsewhere)
    (holiday / "left" / "up").symlink_to(holiday)
    (holiday / "notes.txt").write_text("x")
    done = dlvc("predict", "one", "holiday", "--json")
    found = {row["path"] for row in json.loads(done.stdout)}
    assert found == {"holiday/left/a.png", "holiday/right/linked.png"}
    assert "1 file that is no image is left out: notes.txt." in done.stderr
    trained_on = build(str(holiday)).splits["train"].names
    assert {f"holiday/{name}" for name in trained_on} == found
