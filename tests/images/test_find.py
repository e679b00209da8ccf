"""Which files are images: folders are searched, globs expanded, names taken as they are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dlvc_cli import UsageError
from dlvc_cli.images.find import image_files


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("b.png", "a.JPG", "deep/c.gif", "deep/er/d.tif", ".hidden.png", ".git/e.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "notes.txt").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(arguments: list[str]) -> list[str]:
    return [file.as_posix() for file in image_files(arguments).images]


def test_folders_are_searched_in_order(images: Path) -> None:
    assert names(["."]) == ["a.JPG", "b.png", "deep/c.gif", "deep/er/d.tif"]
    assert names(["deep"]) == ["deep/c.gif", "deep/er/d.tif"]


def test_files_count_whatever_their_suffix_and_once(images: Path) -> None:
    assert names(["notes.txt", "b.png", "b.png"]) == ["notes.txt", "b.png"]
    assert names(["b.png", "."])[:2] == ["b.png", "a.JPG"]


def test_globs(images: Path) -> None:
    assert names(["*.png"]) == ["b.png"]
    assert names(["*"]) == ["a.JPG", "b.png", "deep/c.gif", "deep/er/d.tif"]
    assert names(["**/*.tif"]) == ["deep/er/d.tif"]
    (images / "odd[1].png").touch()
    assert names(["odd[1].png"]) == ["odd[1].png"]


def test_other_files_in_folders_and_behind_globs_are_told(images: Path) -> None:
    assert image_files(["."]).others == [Path("notes.txt")]
    assert image_files(["*"]).others == [Path("notes.txt")]
    assert image_files(["notes.txt"]).others == []


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_followed_and_loops_and_clutter_are_passed_over(images: Path) -> None:
    elsewhere = images.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "x.png").touch()
    (images / "linked").symlink_to(elsewhere)
    (images / "deep" / "up").symlink_to(images)
    (images / "@eaDir").mkdir()
    (images / "@eaDir" / "thumb.jpg").touch()
    expected = ["a.JPG", "b.png", "deep/c.gif", "deep/er/d.tif", "linked/x.png"]
    assert names(["."]) == expected
    assert names(["*"]) == expected
    assert names(["**/*.png"]) == ["b.png", "linked/x.png"]
    assert names(["deep"]) == ["deep/c.gif", "deep/er/d.tif"]
    assert names(["@eaDir"]) == names(["@eaDir/*"]) == ["@eaDir/thumb.jpg"], "asked for"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_read_is_named(images: Path) -> None:
    (images / "deep").chmod(0)
    try:
        with pytest.raises(UsageError, match="deep can't be read"):
            image_files(["."])
    finally:
        (images / "deep").chmod(0o755)


@pytest.mark.parametrize(
    ("argument", "message"),
    [("no.png", "There is no file"), ("*.bmp", "No image matches"), ("void", "no images in")],
)
def test_nothing_to_find_is_a_usage_error(images: Path, argument: str, message: str) -> None:
    (images / "void").mkdir()
    with pytest.raises(UsageError, match=message):
        image_files([argument])
