"""A split is evaluated as a whole, each row once, in however many processes."""

from __future__ import annotations

import pytest
import torch
from helpers.processes import in_processes, one_process

from dlvc_cli.registry.registry import registry
from dlvc_cli.training.evaluate import count_correct, evaluate
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
    result = evaluate(asked, TARGETS, objective(), batch_size, one_process())
    assert asked.rows == list(range(ROWS))
    assert torch.equal(result.predicted, LOGITS.argmax(1))
    assert result.accuracy == int((LOGITS.argmax(1) == TARGETS).sum()) / ROWS
    expected = torch.nn.functional.cross_entropy(LOGITS, TARGETS).item()
    assert result.loss == pytest.approx(expected, rel=1e-6)
    assert int(result.confusion(3).sum()) == ROWS


@pytest.mark.parametrize("world", [2, 3])
@pytest.mark.parametrize("batch_size", [1, 10, 26, 128])
def test_several_processes_have_exactly_the_figures_of_one(world, batch_size):
    one = evaluate(Asked(), TARGETS, objective(), batch_size, one_process())

    def work(runtime):
        asked = Asked()
        return asked.rows, evaluate(asked, TARGETS, objective(), batch_size, runtime)

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
