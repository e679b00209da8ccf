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
    assert {(row["about"]["split"], row["about"]["images"]) for row in rows} == {
        ("train", 80),
        ("val", 26),
    }
    of_a_killed_run = Path(rows[0]["path"]).with_name("half")
    of_a_killed_run.mkdir()
    listed = dlvc("cache", "list").stdout
    assert "cnn" in listed and "w.pth" in listed and "32x32" in listed and "1970" not in listed
    assert "80/80" in listed and "26/26" in listed and "whichever of these" in listed
    of_a_killed_run.rmdir()
    assert "2 removed" in dlvc("cache", "clear").stdout
    assert "0 kB of 10 GB" in dlvc("cache", "list").stdout
    assert json.loads(dlvc("cache", "list", "--json").stdout) == []
