"""Samples of a data set's split, in the order in which they are read. Imports nothing heavy."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from dlvc_cli.contract.data_sets import Split

__all__ = ["Subset", "places_in_source", "subset_of"]


@dataclass(frozen=True)
class Subset:
    """Some samples of a split, in the order in which they are read.

    Attributes:
        name: of the split that it serves as (``train``, ``val``, ``test``).
        source: the name of ``split`` in the data set.
        split: where the samples come from.
        indices: of its samples in ``split``.
        labels: their class indices, in the run's numbering.
    """

    name: str
    source: str
    split: Split
    indices: tuple[int, ...]
    labels: tuple[int, ...]

    def without(self, bad: Collection[int]) -> Subset:
        """Return the subset without the samples at these indices of ``split``."""
        rows = [row for row, index in enumerate(self.indices) if index not in bad]
        return self.take(rows)

    def take(self, rows: Sequence[int]) -> Subset:
        """Return the subset made of these rows of it."""
        indices = tuple(self.indices[row] for row in rows)
        return replace(self, indices=indices, labels=tuple(self.labels[row] for row in rows))


def subset_of(name: str, split: Split) -> Subset:
    """Return a whole split as a subset, in reading order."""
    order = _reading_order(split.names)
    return Subset(name, name, split, tuple(order), tuple(int(split.labels[i]) for i in order))


def places_in_source(subsets: Sequence[Subset]) -> list[list[int]]:
    """Return where the samples of each subset are among those of all that have the same source.

    They are counted in reading order: however a split is divided, a sample has the same place.
    """
    order: dict[str, dict[int, int]] = {}
    for source in {subset.source for subset in subsets}:
        parts = [subset for subset in subsets if subset.source == source]
        names = parts[0].split.names
        indices = sorted(index for part in parts for index in part.indices)
        read = _reading_order([names[index] for index in indices])
        order[source] = {indices[at]: place for place, at in enumerate(read)}
    return [[order[subset.source][index] for index in subset.indices] for subset in subsets]


def _reading_order(names: Sequence[str]) -> list[int]:
    """Return indices in a fixed order that mixes classes and depends on the names alone."""

    def key(index: int) -> bytes:
        return hashlib.blake2b(names[index].encode(), digest_size=16).digest()

    return sorted(range(len(names)), key=key)
