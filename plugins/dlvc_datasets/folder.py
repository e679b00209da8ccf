"""The data sets ``folder:PATH``: image files in a folder for each class.

PATH/train/cat/0001.jpg ...        or, without splits,
PATH/train/dog/0001.jpg ...            PATH/cat/0001.jpg ...
PATH/val/cat/0001.jpg ...              PATH/dog/0001.jpg ...
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

from dlvc_cli import DataError, DatasetSpec, left_out_notice, list_images
from dlvc_datasets.folder_split import FolderSplit

__all__ = ["FolderDataset", "build", "find", "knows"]

_SPLIT_NAMES = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}
_LAYOUT = "It should look like train/cat/1.jpg, train/dog/2.jpg, val/cat/3.jpg and so on."


@dataclass(frozen=True)
class FolderDataset:
    """Class names, from the training split's folders in sorted order, and splits by name.

    Attributes:
        undivided: whether the folder has no splits, and all its images are called ``train``.
    """

    classes: tuple[str, ...]
    splits: Mapping[str, FolderSplit]
    notices: tuple[str, ...] = ()
    undivided: bool = False


def find(path: str) -> DatasetSpec:
    """Describe the data set in a folder, which isn't looked at yet."""
    folder = Path(path).expanduser().resolve()
    name = re.sub(r"[^A-Za-z0-9_.+-]+", "-", folder.name)
    return DatasetSpec(
        name=name.lstrip("_.+-") or "folder",
        summary=f"Image files in {folder}.",
        factory=partial(build, path),
    )


def knows(path: str) -> bool:
    """Whether there is such a folder."""
    return Path(path).expanduser().is_dir()


def build(path: str) -> FolderDataset:
    """List the files of ``path``; none is opened.

    ``valid``, ``validation`` and ``val`` are the same split, upper case or lower. A folder of
    class folders is one split, ``train``. Files in subfolders of a class folder count, and links
    are followed; hidden files are left out, and so are, with a notice, files whose suffix is not
    an image's. Sample names are paths within the split.

    Raises:
        DataError: the folder doesn't have this layout; says in what way.
    """
    root = Path(path).expanduser()
    try:
        if not root.exists():
            raise DataError(f"There is no folder {root}.")
        if not root.is_dir():
            raise DataError(f"{root} is a file, not a folder. Unpack it if it is an archive.")
        return _build(root)
    except OSError as error:
        raise DataError(f"{error.filename or root} can't be read: {error.strerror}.") from error


def _build(root: Path) -> FolderDataset:
    split_folders = _split_folders(root)
    folders = split_folders or {"train": root}
    # Classes are those of the training split; where there is none, images are only tested.
    first = next(split for split in ("train", "val", "test") if split in folders)
    class_folders = _class_folders(folders[first])
    classes = tuple(class_folders)
    if len(classes) < (2 if first == "train" else 1):
        _refuse(folders[first], class_folders)
    splits: dict[str, FolderSplit] = {}
    others: list[Path] = []
    for split in ("train", "val", "test"):
        if split in folders:
            splits[split], more = _list_split(folders[split], classes)
            others += more
    present = set(splits[first].labels)
    empty = [name for label, name in enumerate(classes) if label not in present]
    if empty and first == "train":
        folder = class_folders[empty[0]]
        raise DataError(f"{folder} holds no image{_but(others, folder)}. Fill it, or remove it.")
    notices = (left_out_notice(others),) if others else ()
    return FolderDataset(classes, splits, notices, undivided=not split_folders)


def _but(others: Sequence[Path], folder: Path) -> str:
    """Say what a folder holds that has no image's suffix."""
    here = [path for path in others if folder in path.parents]
    if not here:
        return ""
    return f", but {len(here)} of another kind, such as {here[0].name} (images end in .jpg, .png)"


def _refuse(train: Path, class_folders: Mapping[str, Path]) -> NoReturn:
    """Say that there are too few classes, and where the data may be instead."""
    inner = next(iter(class_folders.values()), None)
    if inner is None:
        raise DataError(f"{train} has no class folders. {_LAYOUT}")
    if _split_folders(inner):
        raise DataError(f"{train} holds one folder, which has splits. Say folder:{inner}.")
    raise DataError(f"{train} has only one class, {inner.name}; it takes two. {_LAYOUT}")


def _split_folders(root: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for entry in list_images(root, deep=False).folders:
        split = _SPLIT_NAMES.get(entry.name.lower())
        if split is None:
            continue
        if split in found:
            raise DataError(
                f"{root} has {found[split].name}/ and {entry.name}/, which are the same split. "
                "Keep one of them."
            )
        found[split] = entry
    return found


def _class_folders(split: Path) -> dict[str, Path]:
    found = list_images(split, deep=False)
    if found.images:
        raise DataError(f"{found.images[0]} is in no class folder. {_LAYOUT}")
    return {_text(folder.name): folder for folder in found.folders}


def _list_split(folder: Path, classes: tuple[str, ...]) -> tuple[FolderSplit, list[Path]]:
    """List a split's images; return also the files that are none."""
    class_folders = _class_folders(folder)
    extra = [name for name in class_folders if name not in classes]
    if extra:
        raise DataError(
            f"{folder} has classes that the training split lacks: {', '.join(extra)}. Remove "
            "them, or add training images."
        )
    # Of many files: a Path takes more than twice the memory of its text.
    paths: list[str] = []
    names: list[str] = []
    labels: list[int] = []
    others = list_images(folder, deep=False).others
    for label, name in enumerate(classes):
        if name in class_folders:
            found = list_images(class_folders[name])
            paths += map(str, found.images)
            names += (_text(path.relative_to(folder).as_posix()) for path in found.images)
            labels += [label] * len(found.images)
            others += found.others
    if not paths:
        raise DataError(f"{folder} holds no images{_but(others, folder)}. {_LAYOUT}")
    return FolderSplit(classes, paths, labels, names), others


def _text(name: str) -> str:
    """A file name as text that can be printed and stored, whatever its encoding."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
