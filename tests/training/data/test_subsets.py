"""Samples of a split in the order in which they are read."""

from __future__ import annotations

from types import SimpleNamespace

from dlvc_cli.training.data.subsets import places_in_source, subset_of


def split_of(names: list[str]) -> SimpleNamespace:
    return SimpleNamespace(names=names, labels=[0] * len(names))


def test_however_a_split_is_divided_a_sample_has_the_same_place():
    whole = subset_of("train", split_of([f"{number}.png" for number in range(20)]))
    assert places_in_source([whole]) == [list(range(20))]
    for held in (range(0, 20, 5), range(7), ()):
        kept = whole.take([row for row in range(20) if row not in held])
        other = subset_of("val", split_of(["a", "b", "c"]))
        places = places_in_source([kept, other, whole.take(list(held))])
        assert places == [[r for r in range(20) if r not in held], [0, 1, 2], list(held)]


def test_what_cannot_be_read_has_no_place():
    whole = subset_of("train", split_of([f"{number}.png" for number in range(6)]))
    read = whole.without({whole.indices[2]})
    assert places_in_source([read.take([0, 3]), read.take([1, 2, 4])]) == [[0, 3], [1, 2, 4]]
