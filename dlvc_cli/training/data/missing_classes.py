"""Whether every class has images to learn from, and to be measured on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from dlvc_cli.contract.data_sets import Dataset
from dlvc_cli.errors import DataError, some_of
from dlvc_cli.events import Notice
from dlvc_cli.training.data.subsets import Subset

__all__ = ["missing_classes", "refuse_lost_classes"]


def refuse_lost_classes(
    dataset: Dataset, sources: Mapping[str, Subset], good: Mapping[str, Subset]
) -> None:
    """Raise ``DataError`` where of a class no training image can be read.

    Args:
        sources: the splits.
        good: what can be read of them.
    """
    if "train" not in sources:
        return
    before, after = (Counter(subsets["train"].labels) for subsets in (sources, good))
    for label, name in enumerate(dataset.classes):
        if before[label] and not after[label]:
            count = before[label]
            which = f"None of the {count:,} training images" if count > 1 else "No training image"
            raise DataError(f"{which} of the class {name} can be read: there is nothing to learn.")


def missing_classes(dataset: Dataset, subsets: Sequence[Subset]) -> list[Notice]:
    """Say which classes have no images in which subset."""
    notices = []
    for subset in subsets:
        there = set(subset.labels)
        names = [name for label, name in enumerate(dataset.classes) if label not in there]
        if names:
            classes = "class" if len(names) == 1 else "classes"
            text = f"The {subset.name} split has no images of the {classes} {some_of(names, 5)}."
            notices.append(Notice(text=text, level="warning"))
    return notices
