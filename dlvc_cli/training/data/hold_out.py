"""Which samples of a data set serve as training, validation and test images."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from dlvc_cli.contract.data_sets import Dataset
from dlvc_cli.contract.suggestions import did_you_mean, near
from dlvc_cli.errors import BadOption, DataError
from dlvc_cli.training.data.built import check_labels
from dlvc_cli.training.data.subsets import Subset, subset_of

__all__ = ["divided", "refuse_no_split", "sources_of"]


def sources_of(
    dataset: Dataset, val_share: float | None, wanted: tuple[str, ...]
) -> dict[str, Subset]:
    """Return whole splits of a data set that hold what is wanted, by their names.

    Raises:
        BadOption: there is no such split, or ``val_share`` doesn't go with the data.
        DataError: a split is empty.
        PluginError: labels are no indices of the classes.
    """
    splits = dataset.splits
    check_labels(dataset)
    if "val" in splits and val_share is not None:
        raise BadOption("--val-share: this data has a validation split of its own. Leave it out.")
    sources = {}
    for name in wanted:
        source = name
        if name == "val" and name not in splits and "train" in splits:
            if val_share is None:
                raise BadOption(
                    "This data has no validation split. Hold out a share of the training "
                    "images: --val-share 0.2."
                )
            source = "train"
        refuse_no_split(splits, source)
        sources[source] = subset_of(source, splits[source])
        if not sources[source].indices:
            raise DataError(f"The {source} split holds no images.")
    return sources


def refuse_no_split(splits: Collection[str], name: str) -> None:
    """Raise ``BadOption`` where no split is called ``name``."""
    if name not in splits:
        hint = did_you_mean(near(name, splits, 1))
        there = ", ".join(splits) or "none"
        raise BadOption(f"This data has no split called {name}.{hint} It has {there}.")


def divided(
    sources: Mapping[str, Subset], val_share: float | None, wanted: Collection[str]
) -> list[Subset]:
    """Return the subsets that are wanted, of which ``val`` may be held out of ``train``.

    Raises:
        BadOption: a class would have no training images.
    """
    subsets = dict(sources)
    if val_share is not None and "train" in subsets:
        subsets["train"], subsets["val"] = _hold_out(subsets["train"], val_share)
    return [subsets[name] for name in wanted]


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
    lost = counts.keys() - {subset.labels[row] for row in kept}
    if lost:
        row = next(row for row, label in enumerate(subset.labels) if label in lost)
        name = subset.split.names[subset.indices[row]]
        if counts[subset.labels[row]] == 1:
            raise BadOption(
                f"--val-share leaves the class of {name} without training images: it has no other "
                "that can be read. Add some."
            )
        raise BadOption(
            f"--val-share leaves the class of {name} without training images. Make it smaller."
        )
    return subset.take(kept), replace(subset.take(held), name="val")
