"""A data set made ready: its splits, the size that pictures are stored at, and what is recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace

from dlvc_cli.errors import BadOption, DataError, PluginError
from dlvc_cli.events import DataProgress
from dlvc_cli.specs import Dataset
from dlvc_cli.training.stored import (
    Part,
    Stored,
    decode_part,
    part_of,
    probe_part,
    refuse_bad_files,
)

__all__ = ["ReadyData", "load_parts", "parts_of"]


@dataclass(frozen=True)
class ReadyData:
    """Decoded splits.

    Attributes:
        splits: decoded pictures by split name.
        size: (height, width) in pixels that they are stored at.
        fingerprints: of the splits they come from.
        skipped: names of files left out, by split.
    """

    splits: Mapping[str, Stored]
    size: tuple[int, int]
    fingerprints: Mapping[str, str]
    skipped: Mapping[str, list[str]]


def parts_of(dataset: Dataset, val_share: float | None, wanted: tuple[str, ...]) -> list[Part]:
    """Return the wanted splits (``train``, ``val``, ``test``) of a data set.

    Raises:
        BadOption: a split is missing, or ``val_share`` doesn't fit the data.
        DataError: a split is empty.
        PluginError: labels don't fit the classes.
    """
    splits = dataset.splits
    _check_labels(dataset)
    if "val" in splits and val_share is not None:
        raise BadOption("--val-share: this data has a validation split of its own. Leave it out.")
    parts = []
    for name in wanted:
        if name in splits:
            part = part_of(name, splits[name])
            if name == "train" and val_share is not None:
                part = _hold_out(part, val_share)[0]
        elif name == "val" and "train" in splits:
            if val_share is None:
                raise BadOption(
                    "This data has no validation split. Hold out a share of the training "
                    "pictures: --val-share 0.2."
                )
            part = _hold_out(part_of("train", splits["train"]), val_share)[1]
        else:
            there = ", ".join(splits) or "none"
            raise BadOption(f"This data has no split called {name}. It has {there}.")
        if not part.indices:
            raise DataError(f"The {name} split holds no pictures.")
        parts.append(part)
    return parts


def _check_labels(dataset: Dataset) -> None:
    count = len(dataset.classes)
    for name, split in dataset.splits.items():
        labels = split.labels
        if len(labels) != len(split.names) or not all(0 <= label < count for label in labels):
            raise PluginError(
                f"The {name} split of the data set must have a name and a label from 0 to "
                f"{count - 1} for each sample."
            )


def _hold_out(part: Part, share: float) -> tuple[Part, Part]:
    """Split a part in two, ``share`` of each class (at least one picture) going to the second."""
    counts = Counter(part.labels)
    quota = {label: max(1, round(share * count)) for label, count in counts.items()}
    kept, held = [], []
    for row, label in enumerate(part.labels):
        if quota[label] > 0:
            quota[label] -= 1
            held.append(row)
        else:
            kept.append(row)
    if len({part.labels[row] for row in kept}) < len(counts):
        raise BadOption("--val-share leaves a class without training pictures. Make it smaller.")
    return part.take(kept), replace(part.take(held), name="val")


def load_parts(
    parts: list[Part],
    size: tuple[int, int] | None,
    size_if_mixed: tuple[int, int],
    fit: str,
    skip_bad_files: bool,
) -> Generator[DataProgress, None, ReadyData]:
    """Decode parts to one size: ``size``, or where that is None the pictures' own.

    Args:
        parts: what to decode.
        size: (height, width) to store at, known from an earlier run; None for the data's own.
        size_if_mixed: what is used where the pictures have several sizes.
        fit: ``crop`` or ``squash``.
        skip_bad_files: leave out files that cannot be read instead of raising.

    Raises:
        DataError: files cannot be read; how many and which.
    """
    parts = list(parts)
    bad: dict[str, dict[int, DataError]] = {}
    sizes: set[tuple[int, int]] = set()
    for position, part in enumerate(parts):
        seen, bad[part.name] = yield from probe_part(part)
        sizes |= seen
        parts[position] = part.without(set(bad[part.name]))
    if size is None:
        size = sizes.pop() if len(sizes) == 1 else size_if_mixed
    splits = {}
    for part in parts:
        splits[part.name], failed = yield from decode_part(part, size, fit)
        bad[part.name] |= failed
    if not skip_bad_files:
        refuse_bad_files(bad)
    for part in parts:
        if not len(splits[part.name]):
            raise DataError(f"The {part.name} split holds no picture that can be read.")
    return ReadyData(
        splits=splits,
        size=size,
        fingerprints={part.name: part.split.fingerprint() for part in parts},
        skipped={
            part.name: sorted(part.split.names[index] for index in bad[part.name])
            for part in parts
            if bad[part.name]
        },
    )
