"""``dlvc cache``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.transfer import make_weights

pytestmark = pytest.mark.usefixtures("own_folder")


@pytest.fixture(autouse=True)
def _weights(tmp_path):
    make_weights("cnn", tmp_path / "w.pth")


def test_the_cache_is_listed_and_cleared(dlvc, tmp_path, folder):
    assert dlvc.json("cache", "list") == []
    words = ["train", "cnn", "--data", f"folder:{folder}", "--weights", tmp_path / "w.pth"]
    dlvc(*words, "--feature-extract", "--image-size", "32", "--epochs", "1")
    rows = dlvc.json("cache", "list")
    for kind in ("images", "features"):
        of_kind = [row for row in rows if row["kind"] == kind]
        assert {(row["about"]["split"], row["about"]["images"]) for row in of_kind} == {
            ("train", 80),
            ("val", 26),
        }
    assert [row["kept"] for row in rows if row["kind"] == "images"] == [["32x32 crop"]] * 2
    of_a_killed_run = Path(rows[-1]["path"]).with_name("half")
    of_a_killed_run.mkdir()
    listed = dlvc("cache", "list").stdout
    assert "cnn" in listed and "w.pth" in listed and "32x32" in listed and "1970" not in listed
    assert "80/80" in listed and "26/26" in listed and "whichever of these" in listed
    assert "32x32 crop" in listed
    of_a_killed_run.rmdir()
    assert "4 removed (2 of images, 2 of features)" in dlvc("cache", "clear").stdout
    emptied = dlvc("cache", "list").stdout
    assert "Features: 0 kB of 10 GB" in emptied and "Images: 0 kB of 20 GB" in emptied
    assert json.loads(dlvc("cache", "list", "--json").stdout) == []
