"""A data set as its plugin builds it, held against the contract. Imports nothing heavy."""

from __future__ import annotations

from dlvc_cli.contract.data_sets import Dataset
from dlvc_cli.errors import PluginError
from dlvc_cli.registry.offers import Choice

__all__ = ["build_dataset", "check_labels"]


def build_dataset(data: Choice) -> Dataset:
    """Build a data set.

    Raises:
        DataError, PluginError: it can't be read, or breaks the contract.
    """
    dataset = data.build()
    if not isinstance(dataset, Dataset) or not dataset.splits:
        raise PluginError(f"{data.offer.name} must build a data set with classes and splits.")
    return dataset


def check_labels(dataset: Dataset) -> None:
    """Raise ``PluginError`` unless every sample has a name and a class."""
    count = len(dataset.classes)
    for name, split in dataset.splits.items():
        labels = split.labels
        if len(labels) != len(split.names) or not all(0 <= label < count for label in labels):
            raise PluginError(
                f"The {name} split of the data set must have a name and a label from 0 to "
                f"{count - 1} for each sample."
            )
