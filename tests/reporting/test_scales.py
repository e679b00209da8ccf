"""What an axis shows, and when it is logarithmic."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from dlvc_cli.reporting.scales import (
    EARLY_SHARE,
    FEW_STEPS,
    WIDE_RATIO,
    log_colours,
    log_steps,
    log_values,
    value_limits,
)


@pytest.mark.parametrize(
    ("low", "high", "log"),
    [
        (1.0, 30.0, False),
        (1.0, 30.1, True),
        (1e-9, 1.0, True),
        (5.0, 5.0, False),
        (0.0, 1e9, False),
        (-1.0, 1e9, False),
        (5e-324, 1.7e308, True),
        (math.nan, math.nan, False),
    ],
)
def test_values_that_are_positive_and_differ_widely_have_a_logarithmic_axis(low, high, log):
    assert log_values(low, high) is log


@pytest.mark.parametrize(
    ("steps", "most_fallen", "log"),
    [(1000, 59, True), (1000, 60, False), (101, 0, True), (100, 0, False), (1, 0, False)],
)
def test_many_steps_have_a_logarithmic_axis_where_most_of_the_fall_is_early(
    steps, most_fallen, log
):
    assert log_steps(steps, most_fallen) is log


def test_the_numbers_are_those_that_scripts_are_handed():
    assert log_values(1, WIDE_RATIO * 1.001) and not log_values(1, WIDE_RATIO)
    assert log_steps(FEW_STEPS + 1, EARLY_SHARE * FEW_STEPS) and not log_steps(FEW_STEPS, 0)


def test_colours_follow_the_logarithm_earlier_than_heights():
    assert log_colours(4861, 50897) and not log_values(4861, 50897)
    assert not log_colours(1, 10) and not log_colours(0, 1e9)


def test_deciding_imports_nothing_heavy():
    source = """
import sys, dlvc_cli.reporting.scales
assert not {"numpy", "rich", "matplotlib"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", source], check=True)


@pytest.mark.parametrize(
    ("low", "high", "limits"),
    [
        (0.0, 1.0, (-0.06, 1.06)),
        (-2.0, 8.0, (-2.6, 8.6)),
        (5.0, 5.0, (4.94, 5.06)),
        (5.0, 5.0 + 1e-15, (4.94, 5.06)),
        (-5.0, -5.0, (-5.06, -4.94)),
        (0.0, 0.0, (-0.06, 0.06)),
        (1e-300, 3e-300, (0.88e-300, 3.12e-300)),
    ],
)
def test_a_value_that_stays_the_same_is_no_line_among_rounding_errors(low, high, limits):
    assert value_limits(low, high) == pytest.approx(limits, rel=1e-9, abs=0)
