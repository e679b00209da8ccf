"""Numbers as views and tables write them."""

from __future__ import annotations

import pytest

from dlvc_cli.reporting.formats import percent, value


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        (0, 1, "0.0%"),
        (1, 1, "100.0%"),
        (9999 / 10000, 1, ">99.9%"),
        (1 / 10000, 1, "<0.1%"),
        (0.5, 0, "50%"),
        (0.999, 0, ">99%"),
        (0.001, 0, "<1%"),
    ],
)
def test_a_few_are_never_shown_as_none_nor_almost_all_as_all(share, digits, text):
    assert percent(share, digits) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0.00000"), (-0.0, "0.00000"), (1.9e-6, "1.9e-06"), (0.501163, "0.50116"),
     (-2e-7, "-2e-07"), (6e-6, "0.00001")],
)  # fmt: skip
def test_a_small_value_is_not_shown_as_none(number, text):
    assert value(number) == text
