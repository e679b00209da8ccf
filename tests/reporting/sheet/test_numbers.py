"""Numbers in figures: short, and of one axis all in one form."""

from __future__ import annotations

import math

import pytest

from dlvc_cli.reporting.sheet.numbers import TickNumbers, count_axis, log_ticks, number
from dlvc_cli.reporting.sheet.style import new_figure


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.534, "0.534"),
        (0.0003034, "0.000303"),
        (1234.5, "1,234"),
        (100000, "100,000"),
        (2e7, "2×10⁷"),
        (-0.25, "−0.25"),
        (3.14159e-300, "3.14×10⁻³⁰⁰"),
        (1e300, "10³⁰⁰"),
        (-1e-9, "−10⁻⁹"),
        (math.nan, "-"),
    ],
)
def test_a_number_is_short(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("ticks", "texts", "label"),
    [
        ([0.525, 0.55, 0.575], ["0.525", "0.550", "0.575"], "v"),
        ([0, 5000, 10000], ["0", "5,000", "10,000"], "v"),
        ([0, 1e300, 2e300], ["0", "1", "2"], "v (×10³⁰⁰)"),
        ([-1e-300, 0, 1e-300], ["−1", "0", "1"], "v (×10⁻³⁰⁰)"),
        ([0.5 + 1e-9, 0.5 + 2e-9], ["1", "2"], "v − 0.5 (×10⁻⁹)"),
        ([1.0], ["1"], "v"),
        ([], [], "v"),
    ],
)
def test_ticks_at_even_distances_have_as_many_decimals_as_they_need(ticks, texts, label):
    numbers = TickNumbers("v")
    assert numbers.format_ticks(ticks) == texts
    assert numbers.label == label


def test_ticks_of_different_sizes_are_all_in_one_form():
    numbers = TickNumbers("steps", uneven=True)
    assert numbers.format_ticks([6000, 10000]) == ["6,000", "10,000"]
    assert numbers.format_ticks([1e-300, 1, 1e3]) == ["10⁻³⁰⁰", "1", "10³"]


@pytest.mark.parametrize(
    ("low", "high"),
    [(1, 1e6), (6e3, 1e4), (1e-300, 1e300), (0.5, 0.9), (3e-4, 0.2), (7, 7.0001)],
)
def test_a_logarithmic_axis_has_a_few_round_ticks(low, high):
    ticks = log_ticks(low, high, 6)
    assert 2 < len(ticks) <= 6 or (low, high) == (7, 7.0001)
    assert all(low <= tick <= high for tick in ticks)
    assert ticks == sorted(set(ticks))


@pytest.mark.parametrize(
    ("end", "ticks"), [(1, [0, 1]), (3, [0, 1, 2, 3]), (12_000, [0, 5_000, 10_000])]
)
def test_what_is_counted_has_ticks_at_whole_numbers(end, ticks):
    axes = new_figure(4, 3, 100).add_subplot()
    axes.set_xlim(0, end)
    count_axis(axes.xaxis, "walks", most=4)
    assert [place for place in axes.get_xticks() if place <= end] == ticks
    axes.figure.draw_without_rendering()
    texts = [label.get_text() for label in axes.get_xticklabels()]
    assert texts[: len(ticks)] == [f"{tick:,}" for tick in ticks]
    assert axes.get_xlabel() == "walks"
