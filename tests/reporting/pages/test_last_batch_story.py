"""The explanation of the last batch's accuracy says what the run's figures are."""

from __future__ import annotations

import numpy as np
import pytest

from dlvc_cli.reporting.pages.last_batch_story import batches_of, last_batch_story
from dlvc_cli.runs.predictions import Predictions


def predictions(right: list[bool]) -> Predictions:
    shares = [[0.9, 0.1] if one else [0.2, 0.8] for one in right]
    zeros = np.zeros(len(right), np.int32)
    return Predictions("val", 2, "", zeros, np.array(shares, np.float32))


def test_the_accuracy_of_each_full_batch():
    right = [True] * 4 + [True, False, False, False] + [False]
    assert batches_of(predictions(right), 4) == pytest.approx([1.0, 0.25])


def test_the_story_is_told_in_the_run_s_own_figures():
    lines = [
        {"epoch": 1, "val_acc": 0.5, "val_acc_last_batch": 0.75, "val_acc_running": 0.25},
        {"epoch": 2, "val_acc": 0.625, "val_acc_last_batch": 0.25, "val_acc_running": 0.5},
        {"epoch": 3, "val_acc": 0.375, "val_acc_last_batch": 0.5},
    ]
    right = [True] * 4 + [True, False, False, False] + [False]
    best, scatter, by_batch, running = last_batch_story(lines, 9, 4, predictions(right))
    assert "reads 0.7500 (epoch 1)" in best and "0.6250 (epoch 2)" in best
    assert "0.1250 more" in best and "same network has 0.5000" in best
    # By hand: gaps 0.25, -0.375 and 0.125, and sqrt(0.25 / 4) of a mean of 0.5.
    assert "+0.0000 on average" in scatter and "by 0.3307" in scatter and "by 0.2500" in scatter
    assert "between 0.2500 and 1.0000 on the 2 full batches" in by_batch
    assert "best 0.5000 at epoch 2" in running
    assert scatter.endswith("the figure that gets reported.")
    # Where the last batch reads less at its best, there was no luck in it.
    poor = [line | {"val_acc_last_batch": 0.5} for line in lines]
    best, scatter, *_ = last_batch_story(poor, 9, 4, None)
    assert "0.1250 less" in best and scatter.endswith("at most it is +0.1250.")


def test_equal_accuracies_and_a_single_batch_are_told_as_such():
    lines = [{"epoch": 1, "val_acc": 0.75, "val_acc_last_batch": 0.75}]
    best, by_batch = last_batch_story(lines, 5, 4, predictions([True, True, True, False, True]))
    assert best.startswith("The best of 1 epoch on")
    assert "That is as much." in best and "-0.0000" not in best
    assert "reads 0.7500 on the only full batch of the split, and 0.8000 on all" in by_batch


def test_without_figures_or_a_second_batch_there_is_no_story():
    lines = [{"epoch": 1, "val_acc": 0.5}]
    assert last_batch_story(lines, 9, 4, None) == []
    assert last_batch_story([lines[0] | {"val_acc_last_batch": 0.5}], 4, 4, None) == []
