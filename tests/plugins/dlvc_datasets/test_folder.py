"""Data sets in folders of images: ``folder:PATH``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from dlvc_datasets.folder import FolderDataset, build, find
from helpers.folders import PETS, needs_pets
from helpers.stand_ins import fill
from PIL import Image

from dlvc_cli import BadOption, DataError, Dataset, Split
from dlvc_cli.images.decode import decode
from dlvc_cli.images.header import read_header
from dlvc_cli.registry.registry import registry


def pairs(data: FolderDataset, split: str) -> list[tuple[str, str]]:
    part = data.splits[split]
    return [(data.classes[k], n) for k, n in zip(part.labels, part.names, strict=True)]


def test_classes_are_sorted_and_names_are_paths_in_the_split(photos: Path) -> None:
    data = build(str(photos))
    assert data.classes == ("bird", "cat", "dog")
    assert list(data.splits) == ["train", "val"]
    assert pairs(data, "val")[:3] == [
        ("bird", "bird/0.jpg"),
        ("bird", "bird/1.jpg"),
        ("cat", "cat/0.jpg"),
    ]
    for index, name in enumerate(data.splits["train"].names):
        assert data.splits["train"].sample(index) == photos / "train" / name
    assert isinstance(data, Dataset)
    assert isinstance(data.splits["train"], Split)


def test_a_class_that_val_lacks_shifts_no_label(photos: Path) -> None:
    shutil.rmtree(photos / "val" / "bird")
    assert {name for name, _ in pairs(build(str(photos)), "val")} == {"cat", "dog"}
    assert all(label == name.split("/")[0] for label, name in pairs(build(str(photos)), "val"))


def test_a_class_that_only_val_has_is_an_error(photos: Path) -> None:
    fill(photos, "val/fish/1.jpg", "val/ant/1.jpg")
    with pytest.raises(DataError, match=r"val has classes that .* lacks: ant, fish\."):
        build(str(photos))


@pytest.mark.parametrize("name", ["valid", "validation", "Val"])
def test_val_by_other_names(photos: Path, name: str) -> None:
    (photos / "val").rename(photos / "moved")
    (photos / "moved").rename(photos / name)
    assert len(build(str(photos)).splits["val"].names) == 6


def test_two_names_for_one_split_are_an_error(photos: Path) -> None:
    shutil.copytree(photos / "val", photos / "valid")
    with pytest.raises(DataError, match="val/ and valid/, which are the same split"):
        build(str(photos))


def test_a_folder_without_splits_is_a_training_split(photos: Path) -> None:
    data = build(str(photos / "train"))
    assert list(data.splits) == ["train"]
    assert data.classes == ("bird", "cat", "dog")


def test_clutter_is_left_out_and_other_files_are_told(photos: Path) -> None:
    assert build(str(photos)).notices == ()
    fill(
        photos,
        *("train/cat/.hidden.jpg", "train/cat/Thumbs.db", "train/cat/desktop.ini"),
        *(".git/config", "train/.cache/x.jpg", "__MACOSX/train/._a", "README.md"),
        *("train/@eaDir/1.jpg", "train/cat/@eaDir/0.jpg/thumb.jpg", "val/lost+found/1.jpg"),
        *("train/labels.csv", "train/cat/notes.txt", "train/cat/deep/er/1.jpg", "val/dog/plain"),
    )
    data = build(str(photos))
    assert data.classes == ("bird", "cat", "dog")
    names = [name for _, name in pairs(data, "train") if name.startswith("cat")]
    assert names == ["cat/0.jpg", "cat/1.jpg", "cat/2.jpg", "cat/deep/er/1.jpg"]
    (notice,) = data.notices
    assert notice == "3 files that are no images are left out: labels.csv, notes.txt, plain."


def test_a_class_without_an_image_s_suffix_says_what_it_holds(photos: Path) -> None:
    for path in (photos / "train" / "cat").iterdir():
        path.rename(path.with_suffix(""))
    with pytest.raises(DataError, match=r"cat holds no image, but 3 of another kind, such as 0 "):
        build(str(photos))


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_followed_and_loops_end(photos: Path, tmp_path: Path) -> None:
    elsewhere = fill(tmp_path / "elsewhere", "a.jpg", "b.jpg")
    (photos / "train" / "ant").symlink_to(elsewhere)
    (photos / "train" / "cat" / "loop").symlink_to(photos / "train" / "cat")
    (photos / "train" / "cat" / "gone.jpg").symlink_to(photos / "nowhere.jpg")
    data = build(str(photos))
    found = [name for _, name in pairs(data, "train")]
    assert found[:2] == ["ant/a.jpg", "ant/b.jpg"]
    assert [name for name in found if name.startswith("cat")] == [
        *("cat/0.jpg", "cat/1.jpg", "cat/2.jpg", "cat/gone.jpg")
    ]
    with pytest.raises(DataError, match=r"gone\.jpg"):
        decode(data.splits["train"].sample(found.index("cat/gone.jpg")))
    assert data.splits["train"].fingerprint().startswith("sha256:")


def without(root: Path, *names: str) -> None:
    for name in names:
        shutil.rmtree(root / name)


def test_wrong_layouts_say_what_is_wrong(photos: Path, tmp_path: Path) -> None:
    def error(path: Path) -> str:
        with pytest.raises(DataError) as caught:
            build(str(path))
        return str(caught.value)

    assert "There is no folder" in error(tmp_path / "nowhere")
    assert "is a file, not a folder" in error(photos / "train" / "cat" / "0.jpg")
    (photos / "void").mkdir()
    assert "has no class folders" in error(photos / "void")
    assert "train/cat/1.jpg" in error(photos / "void")
    assert f"Say folder:{photos}." in error(tmp_path)
    assert "has only one class, er" in error(fill(tmp_path / "one", "er/1.jpg"))
    fill(photos, "train/loose.PNG")
    assert "loose.PNG is in no class folder" in error(photos)
    (photos / "train" / "loose.PNG").unlink()
    (photos / "train" / "newt").mkdir()
    assert "newt holds no image" in error(photos)
    (photos / "train" / "newt").rmdir()
    without(photos / "val", "cat", "dog", "bird")
    assert "val holds no images" in error(photos)
    without(photos, "train")
    assert "val has no class folders" in error(photos)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_read_is_named(photos: Path) -> None:
    (photos / "train" / "cat").chmod(0)
    try:
        with pytest.raises(DataError, match=r"train/cat can't be read"):
            build(str(photos))
    finally:
        (photos / "train" / "cat").chmod(0o755)


@pytest.mark.skipif(sys.platform != "linux", reason="file names are Unicode elsewhere")
def test_names_in_another_encoding_can_be_printed(photos: Path) -> None:
    odd = os.fsencode(photos / "train" / "cat") + b"/caf\xe9.jpg"
    Path(os.fsdecode(odd)).write_bytes(b"x")
    split = build(str(photos)).splits["train"]
    name = next(name for name in split.names if "caf" in name)
    assert name.encode() == b"cat/caf\\xe9.jpg"
    assert split.sample(list(split.names).index(name)).read_bytes() == b"x"
    assert split.fingerprint().startswith("sha256:")


def test_folder_is_found_through_the_registry(photos: Path) -> None:
    choice = registry().choose("datasets", f"folder:{photos}")
    assert choice.offer.name == "folder:photos"
    assert choice.build().classes == ("bird", "cat", "dog")


@pytest.mark.parametrize(
    ("path", "name"), [("my photos (2)", "my-photos-2-"), ("/", "folder"), ("_ä", "folder")]
)
def test_any_path_gives_a_name(path: str, name: str) -> None:
    assert find(path).name == name


def test_home_is_expanded(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(photos.parent))
    monkeypatch.setenv("USERPROFILE", str(photos.parent))
    assert build("~/photos").classes == ("bird", "cat", "dog")


def test_no_path_is_a_wrong_option() -> None:
    with pytest.raises(BadOption, match="needs a path"):
        registry().choose("datasets", "folder:")


def test_images_from_a_folder_decode(tmp_path: Path) -> None:
    for name in ("train/cat/a.png", "train/dog/b.png"):
        (tmp_path / name).parent.mkdir(parents=True)
        Image.new("RGB", (5, 4), "red").save(tmp_path / name)
    split = build(str(tmp_path)).splits["train"]
    assert decode(split.sample(1)).tolist() == [[[255, 0, 0]] * 5] * 4


@needs_pets
def test_the_real_pets() -> None:
    data = build(str(PETS))
    assert data.classes == ("cat", "dog")
    sizes = {name: len(split.names) for name, split in data.splits.items()}
    assert sizes == {"train": 7959, "val": 2041}
    for split in data.splits.values():
        for index in (0, len(split.names) - 1):
            assert read_header(split.sample(index)).size == (32, 32)
            assert decode(split.sample(index)).shape == (32, 32, 3)
            assert split.names[index].startswith(data.classes[split.labels[index]] + "/")
    assert data.splits["val"].fingerprint() == build(str(PETS)).splits["val"].fingerprint()
