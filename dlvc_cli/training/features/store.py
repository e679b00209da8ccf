"""Features on disk: files of rows that appear whole or not at all, in one entry of the cache."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
from torch import Tensor

from dlvc_cli.errors import RunError
from dlvc_cli.files import open_regular, replace_file, write_json
from dlvc_cli.training.features.disk import cache_folder, file_of, remove
from dlvc_cli.training.network.digest import digest_of

__all__ = ["FeatureStore"]

# Seconds; no file takes so long to write.
_WRITTEN_WITHIN = 3600
_UNREADABLE = (OSError, ValueError, KeyError, safetensors.SafetensorError)


class FeatureStore:
    """The entry of one variant of the images of a split of the data set.

    Several processes may read and write it at once: each file is complete in itself, and names
    its rows.

    Args:
        identity: all that the features depend on, as plain values; its hash is the entry's key.
        about: what to say of it in a list.
    """

    def __init__(self, identity: Mapping[str, Any], about: Mapping[str, Any]) -> None:
        text = json.dumps(identity, sort_keys=True)
        self.key = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        self._about = dict(about)

    @property
    def _folder(self) -> Path:
        return cache_folder() / self.key

    def load(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield (rows int64 (n,), features (n, ...)) of each file; damaged ones are removed."""
        self._touch()
        self._remove_leftovers()
        for file in sorted(self._folder.glob("*.safetensors")):
            try:
                yield _read(file)
            except OSError:
                # Removed by another process, or not ours to read.
                continue
            except _UNREADABLE:
                with suppress(OSError):
                    file.unlink(missing_ok=True)

    def rows(self) -> Iterator[Tensor]:
        """Yield the rows, int64 (n,), of each file that can be read."""
        for file in sorted(self._folder.glob("*.safetensors")):
            with suppress(*_UNREADABLE):
                open_regular(file).close()
                with safetensors.safe_open(file, "pt") as opened:
                    yield opened.get_tensor("rows")

    def append(self, rows: Tensor, features: Tensor) -> None:
        """Write features of some rows.

        Args:
            rows: int64 (n,).
            features: (n, ...), on the CPU.

        Raises:
            RunError: the disk is full or may not be written.
        """
        folder = self._folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunError(f"Cannot make {folder}: {error.strerror}.") from error
        if not (folder / "about.json").exists():
            write_json(folder / "about.json", self._about)
        tensors = {"rows": rows.contiguous(), "features": features.contiguous()}
        digest = digest_of(tensors.items())
        data = safetensors.torch.save(tensors, {"digest": digest})
        with replace_file(folder / file_of(len(rows), digest)) as handle:
            handle.write(data)
        self._touch()

    def discard(self) -> None:
        """Remove the entry."""
        remove(self._folder)

    def _remove_leftovers(self) -> None:
        """Remove what a process that was killed was writing; others may be writing now."""
        for file in self._folder.glob(".*.tmp"):
            with suppress(OSError):
                if time.time() - file.stat().st_mtime > _WRITTEN_WITHIN:
                    file.unlink()

    def _touch(self) -> None:
        with suppress(OSError):
            os.utime(self._folder / "about.json")


def _read(file: Path) -> tuple[Tensor, Tensor]:
    # safetensors opens by name, and would wait for a FIFO for ever.
    open_regular(file).close()
    with safetensors.safe_open(file, "pt") as opened:
        said = (opened.metadata() or {})["digest"]
        tensors = {name: opened.get_tensor(name) for name in ("rows", "features")}
    rows, features = tensors["rows"], tensors["features"]
    if digest_of(tensors.items()) != said or rows.shape[0] != features.shape[0]:
        raise ValueError("its checksum does not agree")
    return rows, features
