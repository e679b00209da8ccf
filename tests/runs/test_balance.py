"""When classes are uneven, and what is said of it."""

from __future__ import annotations

import pytest

from dlvc_cli.runs.balance import is_uneven, uneven_notice


@pytest.mark.parametrize(
    ("counts", "uneven"),
    [
        ((), False),
        ((3979, 3980), False),
        ((30, 20), False),
        ((31, 20), True),
        ((500, 10), True),
        ((10, 0), True),
        ((100,) * 9 + (60,), True),
    ],
)
def test_classes_are_uneven_from_one_and_a_half_times_on(counts, uneven):
    assert is_uneven(counts) is uneven
    assert is_uneven(counts[::-1]) is uneven


def said(train, val, classes=("cat", "dog")) -> str | None:
    return uneven_notice(classes, {"train": train, "val": val})


def test_the_majority_s_share_is_said_of_both_splits():
    text = said((500, 10), (50, 1))
    assert "98.04% of the training images and 98.04% of the validation images are cat" in text
    assert "Always saying cat would have an accuracy of 0.9804, and a balanced one" in text
    text = said((100, 20), (3, 7))
    assert "83.33% of the training images are cat, and 70% of the validation images dog" in text
    assert "Always saying dog would have an accuracy of 0.7000" in text


def test_one_uneven_split_is_enough_and_even_ones_are_not_mentioned():
    assert "50% of the validation images" in said((100, 20), (5, 5))
    assert said((100, 90), (5, 5)) is None
