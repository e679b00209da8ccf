"""What is in a folder: images, other files, folders; no clutter, and no folder twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from helpers.stand_ins import fill

from dlvc_cli import left_out_notice, list_images


def names(paths: list[Path], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in paths]


def test_images_are_told_by_their_suffix(tmp_path: Path) -> None:
    fill(
        tmp_path,
        "b.JPG",
        "a.webp",
        "labels.csv",
        "plain",
        "deep/c.tiff",
        "deep/d.json",
        "x.jpg.txt",
    )
    found = list_images(tmp_path)
    assert names(found.images, tmp_path) == ["a.webp", "b.JPG", "deep/c.tiff"]
    assert names(found.others, tmp_path) == ["deep/d.json", "labels.csv", "plain", "x.jpg.txt"]
    flat = list_images(tmp_path, deep=False)
    assert names(flat.images, tmp_path) == ["a.webp", "b.JPG"]
    assert names(flat.folders, tmp_path) == ["deep"]


CLUTTER = "@eaDir #recycle #snapshot __MACOSX lost+found $RECYCLE.BIN .git .Trash-1000 Thumbs.db"


@pytest.mark.parametrize("clutter", [*CLUTTER.split(), "System Volume Information"])
def test_clutter_is_nobody_s_image(tmp_path: Path, clutter: str) -> None:
    fill(
        tmp_path, f"{clutter}/a.jpg", "b.jpg", "deep/desktop.ini", "deep/._b.jpg", "Thumbs.DB/c.jpg"
    )
    found = list_images(tmp_path)
    assert names(found.images, tmp_path) == ["b.jpg"]
    assert not found.others


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_each_folder_is_read_once(tmp_path: Path) -> None:
    root = fill(tmp_path / "root", "cat/1.jpg", "dog/2.jpg", "dog/deep/3.jpg")
    for link, target in {
        "cat/loop": root / "cat",
        "cat/up": root,
        "cat/top": Path("/"),
        "dog/again": root / "dog" / "deep",
        "dog/deep/back": root / "dog",
    }.items():
        (root / link).symlink_to(target)
    assert names(list_images(root / "cat").images, root) == ["cat/1.jpg"], "no dog is a cat"
    found = names(list_images(root / "dog").images, root)
    assert found == ["dog/2.jpg", "dog/again/3.jpg"]
    # Folders that all hold links to each other: as many ways as there are orders of them.
    web = tmp_path / "web"
    for name in "abcdefghij":
        fill(web, f"{name}/{name}.jpg")
    for one in "abcdefghij":
        for other in "abcdefghij":
            (web / one / f"to-{other}").symlink_to(web / other)
    assert len(list_images(web).images) == 10


def test_what_is_left_out_is_counted_and_named() -> None:
    paths = [Path("a/notes.txt"), Path("b/notes.txt"), Path("x.csv"), Path("y.json"), Path("z")]
    assert left_out_notice(paths[:1]) == "1 file that is no image is left out: notes.txt."
    said = "5 files that are no images are left out: notes.txt, x.csv, y.json ..."
    assert left_out_notice(paths).startswith(said)


def test_a_loop_is_no_folder_of_its_own(tmp_path):
    (tmp_path / "cat").mkdir()
    (tmp_path / "self").symlink_to(".")
    (tmp_path / "up").symlink_to("..")
    for deep in (True, False):
        assert [folder.name for folder in list_images(tmp_path, deep=deep).folders] == ["cat"]
