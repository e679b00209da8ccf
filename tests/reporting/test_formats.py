"""Numbers as views and tables write them."""

from __future__ import annotations

import pytest

from dlvc_cli.reporting.formats import about, percent, value


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


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3, "less than a minute"),
        (55, "about 1 min"),
        (12.4 * 60, "about 12 min"),
        (33 * 60, "about 35 min"),
        (58 * 60, "about 1 h"),
        (2.62 * 3600, "about 2 h 40 min"),
        (6.2 * 3600, "about 6 h"),
        (9.99 * 3600, "about 10 h"),
        (50.2 * 3600, "about 50 h"),
    ],
)
def test_an_estimate_is_no_finer_than_it_is(seconds, text):
    assert about(seconds) == text
