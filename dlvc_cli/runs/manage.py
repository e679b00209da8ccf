"""Runs renamed, removed, and packed to be handed in."""

from __future__ import annotations

import os
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path

from dlvc_cli.errors import RunError, UsageError
from dlvc_cli.files import replace_file
from dlvc_cli.runs.directory import RUNS, RunDir

__all__ = ["named_directory", "pack_run", "remove_run", "rename_run", "size_of", "sizes_of_files"]

# Bytes: what file systems take, less than which leaves room for NAME.zip.
_LONGEST = 200


def named_directory(name: str) -> Path:
    """Return the directory in ``runs/`` of a run of this name.

    Raises:
        UsageError: it is no name of a folder.
    """
    if not name.strip() or Path(name).name != name or name.startswith((".", "-")):
        raise UsageError(
            f"{name!r} is no name of a run: it is that of a folder in runs/, without / and with "
            "neither a dot nor a hyphen before it. For another place, say --out."
        )
    if len(os.fsencode(name)) > _LONGEST:
        raise UsageError(
            f"A run's name may have {_LONGEST} letters, and {name[:20]}... has {len(name)}. "
            "Choose a shorter one."
        )
    return RUNS / name


def rename_run(run: RunDir, name: str) -> RunDir:
    """Give a run another name; it stays in its folder.

    Raises:
        UsageError: the name is taken, or none.
        RunError: it is being trained, or its folder can't be changed.
    """
    target = run.path.resolve().parent / named_directory(name).name
    if target.exists():
        raise UsageError(f"{target} exists. Choose another name.")
    with run.locked():
        try:
            run.path.resolve().rename(target)
        except OSError as error:
            raise RunError(f"Cannot rename {run.path}: {error.strerror}.") from error
    return RunDir(target)


def remove_run(run: RunDir) -> None:
    """Remove a run with all its files.

    Raises:
        RunError: it is being trained, or its folder can't be removed.
    """
    with run.locked():
        try:
            # The record first: what is left of a folder that can't be removed is no run any more.
            run.record_file.unlink()
            shutil.rmtree(run.path)
        except OSError as error:
            raise RunError(f"Cannot remove {run.path}: {error.strerror}.") from error


def pack_run(run: RunDir, target: Path, weights: bool = True) -> int:
    """Write a run into a zip file, without the checkpoints that only a resume needs.

    Args:
        weights: take the best network along.

    Returns:
        The size of the zip in bytes.

    Raises:
        RunError: the file can't be written, or a file of the run not read.
    """
    left_out = {run.last_file.name, run.previous_file.name}
    if not weights:
        left_out.add(run.best_file.name)
    try:
        files = sorted(
            file
            for file in run.path.iterdir()
            if file.is_file() and not file.name.startswith(".") and file.name not in left_out
        )
        with replace_file(target) as handle, zipfile.ZipFile(handle, "w") as archive:
            for file in files:
                # Weights and figures don't get smaller.
                packed = file.suffix in (".json", ".jsonl", ".html", ".csv", ".txt")
                method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
                archive.write(file, f"{run.name}/{file.name}", method)
        return target.stat().st_size
    except OSError as error:
        raise RunError(f"Cannot pack {run.path}: {error.strerror or error}.") from error


def size_of(run: RunDir) -> int:
    """Return how many bytes the files of a run take."""
    total = 0
    for file in run.path.rglob("*"):
        with suppress(OSError):
            total += file.lstat().st_size
    return total


def sizes_of_files(folder: str | Path) -> dict[str, int]:
    """Return the bytes of each file in a run's folder, by name; hidden ones are left out."""
    sizes = {}
    for file in sorted(Path(folder).iterdir()):
        with suppress(OSError):
            if file.is_file() and not file.name.startswith("."):
                sizes[file.name] = file.stat().st_size
    return sizes
