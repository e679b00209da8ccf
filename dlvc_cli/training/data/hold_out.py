"""Which samples of a data set serve as training, validation and test images."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.contract.data_sets import Dataset
from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.errors import BadOption, DataError
from dlvc_cli.training.data.built import check_labels
from dlvc_cli.training.data.subsets import Subset, subset_of

__all__ = [
    "divided",
    "held_out",
    "names_of_run",
    "refuse_no_split",
    "sources_of",
    "splits_of_run",
    "subsets_of_run",
]


def splits_of_run(config: TrainConfig) -> tuple[str, ...]:
    """Names of the splits that a run works with: ``test`` only where it holds one out."""
    return ("train", "val", "test") if config.holds_out_test else ("train", "val")


def held_out(config: TrainConfig) -> set[str]:
    """Names of the splits that are held out of the training images."""
    held = {"val"} if config.val_share is not None else set()
    return held | ({"test"} if config.holds_out_test else set())


def sources_of(dataset: Dataset, config: TrainConfig, wanted: tuple[str, ...]) -> dict[str, Subset]:
    """Return whole splits of a data set that hold what is wanted, by their names.

    Args:
        config: what is held out: ``val_share``, ``test_share``, ``fold``.

    Raises:
        BadOption: there is no such split, or what is to be held out doesn't go with the data.
        DataError: a split is empty.
        PluginError: labels are no indices of the classes.
    """
    splits = dataset.splits
    check_labels(dataset)
    if "val" in splits and config.val_share is not None:
        raise BadOption("--val-share: this data has a validation split of its own. Leave it out.")
    if "test" in splits and config.test_share is not None:
        raise BadOption("--test-share: this data has a test split of its own. Leave it out.")
    sources = {}
    for name in wanted:
        source = name
        if name == "val" and name not in splits and "train" in splits:
            if config.val_share is None:
                raise BadOption(
                    "This data has no validation split. Hold out a share of the training "
                    "images: --val-share 0.2."
                )
            source = "train"
        if name == "test" and config.holds_out_test:
            source = "train"
        refuse_no_split(splits, source)
        sources[source] = subset_of(source, splits[source])
        if not sources[source].indices:
            raise DataError(f"The {source} split holds no images.")
    return sources


def subsets_of_run(
    dataset: Dataset,
    wanted: tuple[str, ...],
    config: TrainConfig,
    skipped: Mapping[str, Sequence[str]],
    reading: int,
) -> list[Subset]:
    """Return the subsets that a run read, but for files that could not be read and serve nowhere.

    Args:
        skipped: names of files that were left out, by split.
        reading: the version of how it was read: since 2, they are before a share is held out.

    Raises:
        BadOption, DataError, PluginError: as :func:`sources_of` and :func:`divided`.
    """
    sources = sources_of(dataset, config, wanted)
    if reading > 1 and (config.holds_out_test or config.val_share is not None):
        for name, source in sources.items():
            known = set(skipped.get(name, ()))
            bad = {index for index in source.indices if source.split.names[index] in known}
            sources[name] = source.without(bad)
    return divided(sources, config, wanted)


def names_of_run(
    dataset: Dataset,
    split: str,
    config: TrainConfig,
    skipped: Mapping[str, Sequence[str]],
    reading: int,
) -> list[str]:
    """Return the names of a split's images in the order in which a run read them.

    Args:
        skipped, reading: as :func:`subsets_of_run` takes them.
    """
    (subset,) = subsets_of_run(dataset, (split,), config, skipped, reading)
    names = [subset.split.names[index] for index in subset.indices]
    left = {*skipped.get(subset.source, ()), *skipped.get(subset.name, ())}
    return [name for name in names if name not in left]


def refuse_no_split(splits: Collection[str], name: str) -> None:
    """Raise ``BadOption`` where no split is called ``name``."""
    if name not in splits:
        hint = did_you_mean(near(name, splits, 1))
        there = ", ".join(splits) or "none"
        raise BadOption(f"This data has no split called {name}.{hint} It has {there}.")


def divided(
    sources: Mapping[str, Subset], config: TrainConfig, wanted: Collection[str]
) -> list[Subset]:
    """Return the subsets that are wanted, of which some may be held out of ``train``.

    First the test is, then the validation, of what is left.

    Raises:
        BadOption: a class would have no training images.
    """
    subsets = dict(sources)
    train = subsets.get("train")
    if train is not None and config.fold_of is not None:
        train, subsets["test"] = _parted(train, "test", _in_fold(train, *config.fold_of), "--fold")
    if train is not None and config.test_share is not None:
        rows = _first_of_each(train, config.test_share)
        train, subsets["test"] = _parted(train, "test", rows, "--test-share")
    if train is not None and config.val_share is not None:
        rows = _first_of_each(train, config.val_share)
        train, subsets["val"] = _parted(train, "val", rows, "--val-share")
    if train is not None:
        subsets["train"] = train
    return [subsets[name] for name in wanted]


def _first_of_each(subset: Subset, share: float) -> set[int]:
    """The first rows of each class, ``share`` of them, at least one."""
    counts = Counter(subset.labels)
    quota = {label: max(1, round(share * count)) for label, count in counts.items()}
    held = set()
    for row, label in enumerate(subset.labels):
        if quota[label] > 0:
            quota[label] -= 1
            held.add(row)
    return held


def _in_fold(subset: Subset, which: int, parts: int) -> set[int]:
    """Every ``parts``-th row of each class, from the ``which``-th on."""
    seen: Counter[int] = Counter()
    held = set()
    for row, label in enumerate(subset.labels):
        if seen[label] % parts == which - 1:
            held.add(row)
        seen[label] += 1
    return held


def _parted(subset: Subset, name: str, held: set[int], option: str) -> tuple[Subset, Subset]:
    """What is left of a subset, and the rows that are held out of it, as a subset of that name.

    Raises:
        BadOption: a class would have no training images.
    """
    kept = [row for row in range(len(subset.labels)) if row not in held]
    lost = set(subset.labels) - {subset.labels[row] for row in kept}
    if lost:
        row = next(row for row, label in enumerate(subset.labels) if label in lost)
        image = subset.split.names[subset.indices[row]]
        if subset.labels.count(subset.labels[row]) == 1:
            raise BadOption(
                f"{option} leaves the class of {image} without training images: it has no other "
                "that can be read. Add some."
            )
        raise BadOption(
            f"{option} leaves the class of {image} without training images. Make it smaller."
        )
    return subset.take(kept), replace(subset.take(sorted(held)), name=name)
