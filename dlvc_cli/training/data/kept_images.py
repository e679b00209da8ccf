"""A split of a data set, decoded once and kept: filled by one process, mapped by all."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from dlvc_cli.errors import DataError, RunError, cause_of
from dlvc_cli.events import DataProgress, Event, Notice
from dlvc_cli.files import read_json, remove_leftovers, replace_file, write_json
from dlvc_cli.images.decode import Target, decode
from dlvc_cli.images.header import read_header
from dlvc_cli.runs.schema import COUNT, POSITIVE, TEXT, list_of, problem_with
from dlvc_cli.training.data.image_cache import (
    image_folder,
    image_limit,
    key_of,
    name_of,
    room_for_images,
    touch,
    write_about,
)
from dlvc_cli.training.data.pixel_file import (
    Damaged,
    PixelFile,
    PixelWriter,
    checksum,
    size_of_file,
)
from dlvc_cli.training.data.samples import decode_samples, naming, read_sizes, sample_of
from dlvc_cli.training.data.subsets import Subset
from dlvc_cli.training.features.disk import IMAGE_LIMIT

__all__ = ["KeptImages"]

Size = tuple[int, int]
Errors = dict[int, DataError]

_SIZES = {"sizes": list_of(list_of(POSITIVE, 2)), "of": TEXT, "checksum": COUNT}
# Seconds between two looks at whether another process is done.
_PATIENCE = 0.5
_CANNOT = (OSError, RunError, NotImplementedError)


class KeptImages:
    """What is kept, or will be, of the images of a split of the data set.

    Args:
        source: the whole split.
        fingerprint: of it.
        data: what the data set is called.
        keep: whether anything is to be kept.
    """

    def __init__(self, source: Subset, fingerprint: str, data: str, keep: bool) -> None:
        self._source = source
        self._key = key_of(source, fingerprint) if keep and image_limit() else None
        self._about = {"data": data, "split": source.source, "images": len(source.indices)}

    @property
    def _folder(self) -> Path:
        return image_folder() / (self._key or "")

    def sizes(self) -> Generator[Event, None, tuple[dict[int, Size], Errors]]:
        """Return the (height, width) of each image by its index, or what is wrong with it."""
        if self._key is None:
            return (yield from read_sizes(self._source))
        try:
            with (yield from self._locked("measures")):
                if (known := self._known_sizes()) is not None:
                    return known
                found, errors = yield from read_sizes(self._source)
                self._write_sizes(found)
                return found, errors
        except _CANNOT as error:
            yield self._not_kept(error)
            self._key = None
            return (yield from read_sizes(self._source))

    def images(self, target: Target) -> Generator[Event, None, PixelFile | None]:
        """Return all images of the split at a size, decoded now or before.

        Rows are the samples in reading order. None where they cannot be kept.
        """
        if self._key is None:
            return None
        file = self._folder / name_of(target)
        needed = size_of_file(len(self._source.indices), target.size)
        if not file.exists() and not room_for_images(self._key, needed):
            yield Notice(
                text=f"The decoded images take {needed / 1e9:.2g} GB, more than the "
                f"{image_limit() / 1e9:g} GB that the cache may take, and are not kept for other "
                f"runs. ${IMAGE_LIMIT} allows more."
            )
            self._key = None
            return None
        try:
            with (yield from self._locked("decodes")):
                if (kept := (yield from self._opened(file))) is None:
                    yield from self._fill(file, target)
                    kept = PixelFile(file)
                touch(self._key)
                return kept
        except _CANNOT as error:
            yield self._not_kept(error)
            self._key = None
            return None

    def errors_of(self, kept: PixelFile) -> Errors:
        """What is wrong with which image that could not be read when the others were."""
        return {
            self._source.indices[row]: self._what_is_wrong(self._source.indices[row])
            for row in sorted(kept.bad)
        }

    def _what_is_wrong(self, index: int) -> DataError:
        try:
            sample = sample_of(self._source, index)
            with naming(self._source, index, sample):
                decode(sample, Target((1, 1), "squash", reduced=False))
        except DataError as error:
            return error
        return DataError(
            f"{self._source.split.names[index]} could not be read when the images were decoded, "
            "and can be now: dlvc cache clear, and it is tried again."
        )

    def _opened(self, file: Path) -> Generator[Event, None, PixelFile | None]:
        try:
            kept = PixelFile(file)
            count = len(self._source.indices)
            yield DataProgress(split=self._source.name, done=count, total=count)
            return kept
        except FileNotFoundError:
            return None
        except (Damaged, OSError) as error:
            text = f"The images kept in {file} are decoded anew: {error}."
            yield Notice(text=text, level="warning")
            with suppress(OSError):
                shutil.rmtree(file) if file.is_dir() else file.unlink()
            return None

    def _fill(self, file: Path, target: Target) -> Generator[Event, None, None]:
        remove_leftovers(self._folder)
        source = self._source
        with replace_file(file) as handle:
            writer = PixelWriter(handle, (len(source.indices), 3, *target.size))
            errors = yield from decode_samples(source, target, writer.put)
            place = {index: row for row, index in enumerate(source.indices)}
            writer.close({place[index] for index in errors})

    def _known_sizes(self) -> tuple[dict[int, Size], Errors] | None:
        try:
            said = read_json(self._folder / "sizes.json")
            if problem_with(said, _SIZES) or said["checksum"] != checksum(said):
                return None
            sizes = [(height, width) for height, width in said["sizes"]]
            numbers = [int(number) for number in said["of"].split()]
            found = {
                index: sizes[number - 1]
                for index, number in zip(self._source.indices, numbers, strict=True)
                if number
            }
        except (OSError, ValueError, IndexError):
            return None
        errors = {}
        for index in self._source.indices:
            if index not in found:
                try:
                    found[index] = self._measured(index)
                except DataError as error:
                    errors[index] = error
        return found, errors

    def _measured(self, index: int) -> Size:
        sample = sample_of(self._source, index)
        with naming(self._source, index, sample):
            return read_header(sample).size

    def _write_sizes(self, found: Mapping[int, Size]) -> None:
        sizes = {size: number for number, size in enumerate(dict.fromkeys(found.values()), 1)}
        of = (sizes[found[index]] if index in found else 0 for index in self._source.indices)
        said: dict[str, Any] = {"sizes": list(sizes), "of": " ".join(map(str, of))}
        write_json(self._folder / "sizes.json", said | {"checksum": checksum(said)})

    def _locked(self, does: str) -> Generator[Event, None, AbstractContextManager[object]]:
        """Wait until no other process works on this entry, and return its lock, taken.

        Raises:
            OSError, RunError: the folder cannot be made or written.
        """
        assert self._key is not None
        lock = FileLock(write_about(self._key, self._about) / ".lock")
        waited = False
        while True:
            try:
                return lock.acquire(timeout=_PATIENCE if waited else 0)
            except Timeout:
                if not waited:
                    yield Notice(text=f"Another process {does} these images: waiting for it.")
                waited = True

    def _not_kept(self, error: BaseException) -> Notice:
        why = str(error) if isinstance(error, RunError) else cause_of(error)
        if isinstance(error, OSError) and error.strerror:
            why = f"{error.filename}: {error.strerror}."
        return Notice(text=f"The decoded images are not kept: {why}", level="warning")
