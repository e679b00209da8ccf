"""``dlvc predict``."""

from __future__ import annotations

import shutil

import pytest
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
