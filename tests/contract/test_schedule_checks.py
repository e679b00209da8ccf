"""Each check of a schedule finds what careless ones do, and nothing in careful ones."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from dlvc_cli.contract.schedule_checks import (
    SCHEDULE_CHECKS,
    check_schedule_gives_factors,
    check_schedule_repeats,
    factor_of,
    points_of,
)


def test_points_are_steps_from_the_first_to_the_last():
    assert [point.step for point in points_of(2, 3)] == list(range(6))
    assert points_of(2, 3)[4] == (1 + 1 / 3, 2, 4, 6)
    assert points_of(1, 1) == [(0, 1, 0, 1)]
    many = points_of(1000, 100)
    assert len(many) == 500 and many[0].step == 0 and many[-1].step == 99_999
    assert many == sorted(set(many))


@pytest.mark.parametrize("made", [1, 0, 0.5, np.float32(0.5), torch.tensor(0.5), np.array(0.5)])
def test_numbers_of_any_library_are_factors(made):
    assert factor_of(made) == float(made) and type(factor_of(made)) is float
    for check in SCHEDULE_CHECKS:
        assert list(check(lambda progress: made, 3, 4)) == []


@pytest.mark.parametrize(
    "made", [None, "0.5", float("nan"), float("inf"), -0.1, 1j, (0.5,), torch.ones(2), 10**400]
)
def test_what_is_no_number_from_0_up_is_found(made):
    assert factor_of(made) is None
    (found,) = check_schedule_gives_factors(lambda progress: made, 3, 4)
    assert found.startswith("must give a number from 0 up for every step, not ")


def test_it_is_found_late_in_training_too():
    (found,) = check_schedule_gives_factors(lambda progress: 1.5 - progress.epoch, 3, 4)
    assert "not -0.25 at epoch 1.75 of 3" in found


def test_a_schedule_that_counts_its_calls_is_found():
    calls = itertools.count()
    (found,) = check_schedule_repeats(lambda progress: 1 / (1 + next(calls)), 3, 4)
    assert "progress alone" in found
