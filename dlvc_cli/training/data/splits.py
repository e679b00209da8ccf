"""A data set made ready: its splits, the size that images are stored at, and what is recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

import torch

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.contract.data_sets import Dataset
from dlvc_cli.contract.params import size as parse_size
from dlvc_cli.errors import DataError
from dlvc_cli.events import DataProgress, Event, Notice
from dlvc_cli.images.decode import Target
from dlvc_cli.images.file_digests import distrusted
from dlvc_cli.images.room import available_memory
from dlvc_cli.training.data.decoded import DecodedSplit, decode_subset, mapped_subset
from dlvc_cli.training.data.hold_out import divided, sources_of, subsets_of_run
from dlvc_cli.training.data.kept_images import KeptImages
from dlvc_cli.training.data.missing_classes import missing_classes, refuse_lost_classes
from dlvc_cli.training.data.pixel_file import PixelFile
from dlvc_cli.training.data.samples import refuse_bad_files
from dlvc_cli.training.data.stored_size import InputSize, choose_size
from dlvc_cli.training.data.subsets import Subset, places_in_source

__all__ = ["READING", "ReadyData", "Recorded", "read_again", "read_splits", "target_of"]

READING = 3
"""The version of how a data set is read: since 2, bad files are left out before a share is held out
for validation, before it after that; since 3, large JPEGs are decoded at a reduced scale."""

# In full: what is wrong is to be found.
_ONE_PIXEL = Target((1, 1), "squash", reduced=False)

Errors = dict[str, dict[int, DataError]]  # by split or subset, and index in the split


@dataclass(frozen=True)
class ReadyData:
    """The splits of a data set that a run works with.

    Attributes:
        splits: decoded images by split name.
        size: (height, width) in pixels that they are stored at.
        fingerprints: of the splits they come from.
        skipped: names of files left out, by the split of the data set that they are in.
        notices: what the user should know of them.
    """

    splits: Mapping[str, DecodedSplit]
    size: tuple[int, int]
    fingerprints: Mapping[str, str]
    skipped: Mapping[str, list[str]]
    notices: Sequence[Notice] = ()

    def class_counts(self, num_classes: int) -> dict[str, list[int]]:
        """Return how many images each class has, by split."""
        return {
            name: split.targets.bincount(minlength=num_classes).tolist()
            for name, split in self.splits.items()
        }


@dataclass(frozen=True)
class Recorded:
    """How a run read its data.

    Attributes:
        size: (height, width) that its images are stored at.
        skipped: names of files that were left out, by split.
        reading: the version of how it was read (``READING``).
    """

    size: tuple[int, int]
    skipped: Mapping[str, Sequence[str]] = field(default_factory=dict)
    reading: int = READING


def read_splits(
    dataset: Dataset, wanted: tuple[str, ...], config: TrainConfig, inputs: InputSize
) -> Generator[Event, None, ReadyData]:
    """Decode splits of a data set to one size, which their own sizes decide.

    Files that can't be read are left out first, where that is asked for; what is left is divided
    into splits, and looked at.

    Args:
        wanted: names of the splits, of ``train``, ``val`` and ``test``.
        config: how they are read: ``val_share``, ``test_share``, ``fold``, ``fit``,
            ``store_size``, ``skip_bad_files``.
        inputs: the network's input.

    Raises:
        BadOption: a split is missing, or what is to be held out doesn't go with the data.
        DataError: a split is empty, a class has no image that can be read, or files cannot be read;
            how many and which.
        PluginError: labels are no indices of the classes.
    """
    sources = sources_of(dataset, config, wanted)
    reading = _Reading(sources, config)
    sizes: dict[str, dict[int, tuple[int, int]]] = {}
    errors: Errors = {}
    for name in sources:
        sizes[name], errors[name] = yield from reading.kept[name].sizes()
    if any(errors.values()) and not config.skip_bad_files:
        yield from _refuse_all_bad(sources, errors)
    bad = {name: set(found) for name, found in errors.items()}

    asked = None if config.store_size is None else parse_size(config.store_size)

    def settled() -> tuple[tuple[int, int], str, list[Subset]]:
        good = {name: source.without(bad[name]) for name, source in sources.items()}
        refuse_lost_classes(dataset, sources, good)
        counts = Counter(sizes[name][i] for name, source in good.items() for i in source.indices)
        size, text = choose_size(counts, inputs, config.fit, asked)
        return size, text, divided(good, config, wanted)

    size, text, subsets = settled()
    while True:
        splits, errors = yield from reading.decode(subsets, target_of(size, config.fit, READING))
        if not any(errors.values()):
            break
        for subset in subsets:
            bad[subset.source] |= set(errors[subset.name])
        left = [subset.without(set(errors[subset.name])).indices for subset in subsets]
        decoded_at = size
        size, text, subsets = settled()
        if size == decoded_at and left == [subset.indices for subset in subsets]:
            break
        # What damaged files' headers say decided on the size, or their places on what is held out.
        del splits
    notices = (Notice(text=text),) if text else ()
    return reading.ready(subsets, splits, size, bad, (*notices, *missing_classes(dataset, subsets)))


def target_of(size: tuple[int, int], fit: str | None, reading: int) -> Target:
    """Return what a run brings its images to.

    Args:
        size: (height, width) that they are stored at.
        reading: the version of how they are read.
    """
    return Target(size, fit or "crop", reduced=reading >= 3)


def read_again(
    dataset: Dataset, wanted: tuple[str, ...], config: TrainConfig, recorded: Recorded
) -> Generator[Event, None, ReadyData]:
    """Decode splits as a run had them.

    Raises:
        BadOption, DataError, PluginError: as :func:`read_splits`.
    """
    skipped, version = recorded.skipped, recorded.reading
    subsets = subsets_of_run(dataset, wanted, config, skipped, version)
    reading = _Reading(sources_of(dataset, config, wanted), config)
    bad: dict[str, set[int]] = {}
    if version > 1 and (config.holds_out_test or config.val_share is not None):
        for subset in subsets:
            known, names = set(skipped.get(subset.source, ())), subset.split.names
            bad[subset.source] = {index for index, name in enumerate(names) if name in known}
    splits, errors = yield from reading.decode(
        subsets, target_of(recorded.size, config.fit, version)
    )
    for subset in subsets:
        # Before, a file that was held out was recorded where it served.
        name = subset.source if recorded.reading > 1 else subset.name
        bad.setdefault(name, set()).update(errors[subset.name])
    return reading.ready(subsets, splits, recorded.size, bad, ())


def _refuse_all_bad(sources: Mapping[str, Subset], errors: Errors) -> Generator[DataProgress]:
    """Find what is wrong behind the headers, too, and say all of it."""
    for name, source in sources.items():
        # Of one pixel: only what goes wrong is wanted.
        _, more = yield from decode_subset(source.without(set(errors[name])), _ONE_PIXEL)
        errors[name] |= more
    refuse_bad_files(errors)


class _Reading:
    """Reads splits of a data set, or what is kept of them.

    Attributes:
        kept: what is kept of each split of the data set, or will be.
    """

    def __init__(self, sources: Mapping[str, Subset], config: TrainConfig) -> None:
        self._sources = sources
        self._config = config
        with distrusted() if config.rehash else nullcontext():
            self._prints = {name: sources[name].split.fingerprint() for name in sources}
        self.kept = {
            name: KeptImages(source, self._prints[name], config.data or "", config.image_cache)
            for name, source in sources.items()
        }

    def decode(
        self, subsets: Sequence[Subset], target: Target
    ) -> Generator[Event, None, tuple[dict[str, DecodedSplit], Errors]]:
        """Decode subsets, or map what is kept of them."""
        splits: dict[str, DecodedSplit] = {}
        errors: Errors = {}
        files: dict[str, PixelFile | None] = {}
        for subset in subsets:
            name, source, kept = subset.name, subset.source, self.kept[subset.source]
            if source not in files:
                files[source] = yield from kept.images(target)
            file = files[source]
            if file is None:
                found = yield from decode_subset(subset, target)
            else:
                found = mapped_subset(subset, self._sources[source], file, kept.errors_of(file))
            splits[name], errors[name] = found
        if not self._config.skip_bad_files:
            refuse_bad_files(errors)
        total = sum(split.size for split in splits.values())
        streams = self._config.stream
        if streams is None:
            streams = any(files.values()) and total > available_memory() // 2
        read = [subset.without(set(errors[subset.name])) for subset in subsets]
        for subset, places in zip(read, places_in_source(read), strict=True):
            splits[subset.name] = replace(
                splits[subset.name],
                places=torch.tensor(places, dtype=torch.int64),
                streams=streams,
            )
        return splits, errors

    def ready(
        self,
        subsets: Sequence[Subset],
        splits: Mapping[str, DecodedSplit],
        size: tuple[int, int],
        bad: Mapping[str, set[int]],
        notices: Sequence[Notice],
    ) -> ReadyData:
        """Put together what a run works with.

        Raises:
            DataError: a split is empty.
        """
        for name, decoded in splits.items():
            if not len(decoded):
                raise DataError(f"The {name} split holds no image that can be read.")
        of = {name: subset.split for subset in subsets for name in (subset.source, subset.name)}
        return ReadyData(
            splits=splits,
            size=size,
            fingerprints={subset.name: self._prints[subset.source] for subset in subsets},
            skipped={
                name: sorted(of[name].names[index] for index in indices)
                for name, indices in bad.items()
                if indices
            },
            notices=notices,
        )
