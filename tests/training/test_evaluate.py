"""A split is evaluated as a whole, each row once, in however many processes."""

from __future__ import annotations

import pytest
import torch
from helpers.processes import in_processes, one_process

from dlvc_cli.registry.registry import registry
from dlvc_cli.runs.split_figures import confusion_of, undecided_of
from dlvc_cli.training.evaluate import Evaluation, count_correct, evaluate, hits, predictions
from dlvc_cli.training.network.loss import Objective

ROWS = 26
LOGITS = torch.randn(ROWS, 3, generator=torch.Generator().manual_seed(0))
TARGETS = torch.randint(0, 3, (ROWS,), generator=torch.Generator().manual_seed(1))


class Asked:
    """Gives logits, and notes of which rows."""

    def __init__(self):
        self.rows: list[int] = []

    def __call__(self, start: int, stop: int) -> torch.Tensor:
        assert start < stop, "no network is called on nothing"
        self.rows.extend(range(start, stop))
        return LOGITS[start:stop]


def objective() -> Objective:
    return Objective(registry().choose("losses", "cross_entropy"), 0.0)


@pytest.mark.parametrize("batch_size", [1, 10, 26, 128])
def test_the_figures_are_those_of_all_rows(batch_size):
    asked = Asked()
    result = evaluate(asked, TARGETS, 3, objective(), batch_size, one_process())
    assert asked.rows == list(range(ROWS))
    assert torch.equal(result.predicted, LOGITS.argmax(1))
    assert result.accuracy == int((LOGITS.argmax(1) == TARGETS).sum()) / ROWS
    expected = torch.nn.functional.cross_entropy(LOGITS, TARGETS).item()
    assert result.loss == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("world", [2, 3])
@pytest.mark.parametrize("batch_size", [1, 10, 26, 128])
def test_several_processes_have_exactly_the_figures_of_one(world, batch_size):
    one = evaluate(Asked(), TARGETS, 3, objective(), batch_size, one_process())

    def work(runtime):
        asked = Asked()
        return asked.rows, evaluate(asked, TARGETS, 3, objective(), batch_size, runtime)

    found = in_processes(world, work)
    assert sorted(row for rows, _ in found for row in rows) == list(range(ROWS))
    for rows, result in found:
        assert batch_size == 1 or len(rows) < ROWS
        assert result.loss == one.loss
        assert torch.equal(result.predicted, one.predicted)
        assert torch.equal(result.targets, one.targets)
        assert result.last_batch_accuracy(batch_size) == one.last_batch_accuracy(batch_size)


@pytest.mark.parametrize("world", [2, 3])
def test_correct_predictions_are_counted_once(world):
    expected = int((LOGITS.argmax(1) == TARGETS).sum())
    assert count_correct(Asked(), TARGETS, one_process()) == expected

    def work(runtime):
        asked = Asked()
        return asked.rows, count_correct(asked, TARGETS, runtime)

    found = in_processes(world, work)
    assert [count for _, count in found] == [expected] * world
    assert sorted(row for rows, _ in found for row in rows) == list(range(ROWS))


NAN, INF = float("nan"), float("inf")
# By hand: of five images, the first two are right; of the others the network has no opinion.
BROKEN = torch.tensor([[2.0, 1, 0], [0, 3, 1], [NAN, NAN, NAN], [NAN, 5, 0], [0, INF, 1]])


@pytest.mark.parametrize(
    ("targets", "predicted", "balanced"),
    [
        # Always cat: all of the one class, none of the other.
        ([0] * 50 + [1], [0] * 51, 0.5),
        # By hand: (3/4 + 1/2) / 2; class 2 does not occur, though it is predicted.
        ([0, 0, 0, 0, 1, 1], [0, 0, 0, 2, 1, 0], 0.625),
        ([0, 0, 2, 2, 2, 3], [0, 1, 2, 2, 0, 3], (1 / 2 + 2 / 3 + 1) / 3),
        # What has no prediction is wrong.
        ([0, 1, 1, 1], [0, 1, -1, -1], (1 + 1 / 3) / 2),
    ],
)
def test_balanced_accuracy_is_the_mean_over_the_classes_that_occur(targets, predicted, balanced):
    result = Evaluation(0.0, torch.empty(0), torch.tensor(predicted), torch.tensor(targets))
    assert result.balanced_accuracy == pytest.approx(balanced, rel=1e-12)


def given(logits: torch.Tensor):
    return lambda start, stop: logits[start:stop]


def test_logits_that_are_not_finite_predict_nothing():
    assert predictions(BROKEN).tolist() == [0, 1, -1, -1, -1]
    # Where NaN would be class 0, and infinity class 1, all of these would be right.
    targets = torch.tensor([0, 1, 0, 0, 1])
    result = evaluate(given(BROKEN), targets, 3, objective(), 2, one_process())
    assert (result.accuracy, result.undecided, result.finite) == (0.4, 3, False)
    assert result.last_batch_accuracy(2) == 0
    kept = result.kept("val", list("abcde"), 1)
    assert confusion_of(kept).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert undecided_of(kept).tolist() == [2, 1, 0]
    assert count_correct(given(BROKEN), targets, one_process()) == 2


def test_a_loss_that_is_not_finite_alone_is_enough():
    result = evaluate(
        given(torch.tensor([[3e38, -3e38]])), torch.tensor([1]), 2, objective(), 1, one_process()
    )
    assert result.undecided == 0 and result.loss == INF and not result.finite
    assert evaluate(given(LOGITS), TARGETS, 3, objective(), 8, one_process()).finite


def test_several_processes_agree_on_what_is_undecided():
    targets = torch.tensor([0, 1, 0, 0, 1])
    one = evaluate(given(BROKEN), targets, 3, objective(), 4, one_process())
    found = in_processes(
        2, lambda runtime: evaluate(given(BROKEN), targets, 3, objective(), 4, runtime)
    )
    for result in found:
        assert torch.equal(result.predicted, one.predicted) and not result.finite


def test_of_mixed_targets_the_largest_share_counts():
    logits = torch.tensor([[2.0, 1, 0], [0, 1, 2], [0, 3, 0], [torch.nan, 1, 0]])
    shares = torch.tensor([[0.6, 0.4, 0], [0.7, 0, 0.3], [0.1, 0.5, 0.4], [0, 1, 0]])
    assert hits(logits, shares) == hits(logits, shares.argmax(1)) == 2
