"""A split of a folder: its fingerprint follows names and contents."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from dlvc_datasets import folder_split
from dlvc_datasets.folder import build
from helpers.stand_ins import fill


def test_folder_fingerprint(photos: Path, tmp_path: Path) -> None:
    def fingerprint(root: Path) -> str:
        return build(str(root)).splits["train"].fingerprint()

    first = fingerprint(photos)
    assert first.startswith("sha256:")
    moved = shutil.copytree(photos, tmp_path / "else" / "where")
    assert fingerprint(moved) == first
    fill(moved, "train/cat/3.jpg")
    added = fingerprint(moved)
    (moved / "train" / "cat" / "3.jpg").write_bytes(b"CONTENT OF train/cat/3.jpg"[:25])
    assert len({first, added, fingerprint(moved)}) == 3
    (moved / "train" / "cat" / "3.jpg").rename(moved / "train" / "dog" / "3.jpg")
    assert fingerprint(moved) not in (first, added)


def test_fingerprint_of_a_large_split_reads_no_content(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_split, "WHOLE_UP_TO", 10)
    split = build(str(photos)).splits["train"]
    before = split.fingerprint()
    assert before.startswith("names-sha256:")
    path = split.sample(0)
    path.write_bytes(path.read_bytes().upper())
    assert split.fingerprint() == before
    path.write_bytes(b"longer " + path.read_bytes())
    assert split.fingerprint() != before
