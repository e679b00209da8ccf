"""Intervals and tests of difference, against SciPy and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dlvc_cli.runs.statistics import mcnemar, paired, spread, wilson


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_is_scipy_s(case):
    correct, total = case
    expected = stats.binomtest(correct, total).proportion_ci(method="wilson")
    found = wilson(correct, total)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert 0 <= found.low <= found.high <= 1


def test_2041_images_give_about_0_015():
    found = wilson(round(0.86 * 2041), 2041)
    assert found.high - found.low == pytest.approx(0.030, abs=0.001)


def test_mcnemar_counts_only_what_the_two_differ_in():
    # Right alone: 7 and 1; by hand, 2 (C(8,0) + C(8,1)) / 2^8.
    first = np.array([True] * 7 + [False] + [True] * 50 + [False] * 9)
    second = np.array([False] * 7 + [True] + [True] * 50 + [False] * 9)
    assert mcnemar(first, second) == pytest.approx(2 * 9 / 256)
    assert mcnemar(first, second) == mcnemar(second, first)
    assert mcnemar(first, first) == 1.0


def test_seeds_are_compared_as_by_student():
    first, second = [0.80, 0.82, 0.81], [0.84, 0.85, 0.86]
    found = paired(first, second)
    expected = stats.ttest_rel(second, first)
    interval = expected.confidence_interval()
    assert found is not None
    assert found.p == pytest.approx(expected.pvalue)
    assert (found.interval.low, found.interval.high) == pytest.approx(tuple(interval))
    assert found.difference == pytest.approx(0.04)


def test_folds_share_images_so_their_figures_are_worth_less():
    first, second = [0.80, 0.82, 0.81, 0.79, 0.80], [0.82, 0.83, 0.84, 0.80, 0.83]
    plain, corrected = paired(first, second), paired(first, second, folds=5)
    # By hand: the variance of the mean is s^2 (1/5 + 1/4) instead of s^2 / 5.
    t = stats.ttest_rel(second, first).statistic * np.sqrt((1 / 5) / (1 / 5 + 1 / 4))
    assert corrected.p == pytest.approx(2 * stats.t.sf(t, 4))
    assert corrected.p > plain.p


def test_one_pair_tells_nothing_and_equal_ones_no_difference():
    assert paired([0.8], [0.9]) is None
    same = paired([0.8, 0.9], [0.8, 0.9])
    assert same is not None and (same.difference, same.p) == (0.0, 1.0)
    assert spread([0.8]) == (0.8, None)
    assert spread([0.8, 0.9]) == pytest.approx((0.85, np.std([0.8, 0.9], ddof=1)))
