"""A data set named anew, with the labels that a run gives its classes, and splits by any name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlvc_cli.contract.data_sets import Dataset, Split
from dlvc_cli.errors import DataError

__all__ = ["renumbered", "under_any_name"]

_SPLITS = ("train", "val", "test")


@dataclass
class _Renumbered:
    """A split with other labels."""

    split: Split
    labels: Sequence[int]
    names: Sequence[str]

    def sample(self, index: int) -> Any:
        return self.split.sample(index)

    def fingerprint(self) -> str:
        return self.split.fingerprint()


@dataclass
class _Part:
    classes: Sequence[str]
    splits: Mapping[str, Split]
    notices: Sequence[str]
    undivided: bool


def renumbered(dataset: Dataset, classes: tuple[str, ...], called: str) -> Dataset:
    """Return ``dataset`` with ``classes``, among which its own are.

    Args:
        called: what it is called in messages.

    Raises:
        DataError: it has others, too.
    """
    if tuple(dataset.classes) == classes:
        return dataset
    strange = [name for name in dataset.classes if name not in classes]
    if strange:
        raise DataError(
            f"{called} has classes that the run doesn't know: {', '.join(strange[:5])}. It was "
            f"trained on {', '.join(classes[:12])}{' ...' if len(classes) > 12 else ''}."
        )
    places = [classes.index(name) for name in dataset.classes]
    splits: dict[str, Split] = {
        name: _Renumbered(split, [places[label] for label in split.labels], split.names)
        for name, split in dataset.splits.items()
    }
    return _part(dataset, classes, splits)


def under_any_name(dataset: Dataset) -> Dataset:
    """Return a data set without splits as one where each of them is all of it."""
    (split,) = dataset.splits.values()
    return _part(dataset, dataset.classes, dict.fromkeys(_SPLITS, split))


def _part(dataset: Dataset, classes: Sequence[str], splits: Mapping[str, Split]) -> _Part:
    notices = tuple(getattr(dataset, "notices", ()))
    return _Part(classes, splits, notices, getattr(dataset, "undivided", False))
