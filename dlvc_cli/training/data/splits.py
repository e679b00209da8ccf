"""A data set made ready: its splits, the size that images are stored at, and what is recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.contract.data_sets import Dataset
from dlvc_cli.errors import BadOption, DataError, PluginError
from dlvc_cli.events import DataProgress
from dlvc_cli.training.data.decoded import (
    DecodedSplit,
    Subset,
    decode_subset,
    probe_subset,
    refuse_bad_files,
    subset_of,
)

__all__ = ["ReadyData", "read_splits"]


@dataclass(frozen=True)
class ReadyData:
    """The splits of a data set that a run works with.

    Attributes:
        splits: decoded images by split name.
        size: (height, width) in pixels that they are stored at.
        fingerprints: of the splits they come from.
        skipped: names of files left out, by split.
    """

    splits: Mapping[str, DecodedSplit]
    size: tuple[int, int]
    fingerprints: Mapping[str, str]
    skipped: Mapping[str, list[str]]


def read_splits(
    dataset: Dataset,
    wanted: tuple[str, ...],
    config: TrainConfig,
    size: tuple[int, int] | None,
    size_if_mixed: tuple[int, int],
) -> Generator[DataProgress, None, ReadyData]:
    """Decode splits of a data set to one size: ``size``, or where that is None the images' own.

    Args:
        wanted: their names, of ``train``, ``val`` and ``test``.
        config: how they are read: ``val_share``, ``fit``, ``skip_bad_files``.
        size: (height, width) to store at, known from an earlier run; None for the data's own.
        size_if_mixed: what is used where the images have several sizes.

    Raises:
        BadOption: a split is missing, or ``val_share`` doesn't go with the data.
        DataError: a split is empty, or files cannot be read; how many and which.
        PluginError: labels are no indices of the classes.
    """
    subsets = _subsets_of(dataset, config.val_share, wanted)
    bad: dict[str, dict[int, DataError]] = {}
    sizes: set[tuple[int, int]] = set()
    for position, subset in enumerate(subsets):
        seen, bad[subset.name] = yield from probe_subset(subset)
        sizes |= seen
        subsets[position] = subset.without(set(bad[subset.name]))
    if size is None:
        size = sizes.pop() if len(sizes) == 1 else size_if_mixed
    splits = {}
    for subset in subsets:
        splits[subset.name], failed = yield from decode_subset(subset, size, config.fit)
        bad[subset.name] |= failed
    if not config.skip_bad_files:
        refuse_bad_files(bad)
    for subset in subsets:
        if not len(splits[subset.name]):
            raise DataError(f"The {subset.name} split holds no image that can be read.")
    return ReadyData(
        splits=splits,
        size=size,
        fingerprints={subset.name: subset.split.fingerprint() for subset in subsets},
        skipped={
            subset.name: sorted(subset.split.names[index] for index in bad[subset.name])
            for subset in subsets
            if bad[subset.name]
        },
    )


def _subsets_of(dataset: Dataset, val_share: float | None, wanted: tuple[str, ...]) -> list[Subset]:
    """Return the wanted splits, of which one may be held out of another."""
    splits = dataset.splits
    _check_labels(dataset)
    if "val" in splits and val_share is not None:
        raise BadOption("--val-share: this data has a validation split of its own. Leave it out.")
    subsets = []
    for name in wanted:
        if name in splits:
            subset = subset_of(name, splits[name])
            if name == "train" and val_share is not None:
                subset = _hold_out(subset, val_share)[0]
        elif name == "val" and "train" in splits:
            if val_share is None:
                raise BadOption(
                    "This data has no validation split. Hold out a share of the training "
                    "images: --val-share 0.2."
                )
            subset = _hold_out(subset_of("train", splits["train"]), val_share)[1]
        else:
            there = ", ".join(splits) or "none"
            raise BadOption(f"This data has no split called {name}. It has {there}.")
        if not subset.indices:
            raise DataError(f"The {name} split holds no images.")
        subsets.append(subset)
    return subsets


def _check_labels(dataset: Dataset) -> None:
    count = len(dataset.classes)
    for name, split in dataset.splits.items():
        labels = split.labels
        if len(labels) != len(split.names) or not all(0 <= label < count for label in labels):
            raise PluginError(
                f"The {name} split of the data set must have a name and a label from 0 to "
                f"{count - 1} for each sample."
            )


def _hold_out(subset: Subset, share: float) -> tuple[Subset, Subset]:
    """Split a subset in two, ``share`` of each class (at least one image) going to the second."""
    counts = Counter(subset.labels)
    quota = {label: max(1, round(share * count)) for label, count in counts.items()}
    kept, held = [], []
    for row, label in enumerate(subset.labels):
        if quota[label] > 0:
            quota[label] -= 1
            held.append(row)
        else:
            kept.append(row)
    if len({subset.labels[row] for row in kept}) < len(counts):
        raise BadOption("--val-share leaves a class without training images. Make it smaller.")
    return subset.take(kept), replace(subset.take(held), name="val")
