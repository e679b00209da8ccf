"""Tables of what trained networks do."""

from __future__ import annotations

import dataclasses

import pytest

from dlvc_cli.reporting.training.tables import print_test
from dlvc_cli.runs.results import TestResult

RESULT = TestResult(
    split="val",
    images=102,
    loss=0.1,
    accuracy=100 / 102,
    classes=("cat", "dog"),
    confusion=((100, 0), (2, 0)),
    balanced_accuracy=0.5,
)


def shown(result: TestResult, capsys: pytest.CaptureFixture[str]) -> str:
    print_test("one", result)
    return capsys.readouterr().out


def test_balanced_accuracy_is_beside_accuracy_where_classes_are_uneven(capsys):
    text = shown(RESULT, capsys)
    assert "one on val (102 images): accuracy 0.9804, balanced 0.5000, loss 0.1000" in text
    even = dataclasses.replace(RESULT, confusion=((51, 0), (2, 49)))
    assert "accuracy 0.9804, loss 0.1000" in shown(even, capsys)
    # Images without a prediction belong to their class, too.
    even = dataclasses.replace(RESULT, confusion=((51, 0), (2, 0)), undecided=(0, 49))
    assert "balanced" not in shown(even, capsys)


def test_a_network_that_gives_no_numbers_is_told_of(capsys):
    result = TestResult(
        split="val", images=30, loss=float("nan"), accuracy=0.3, classes=("left", "right"),
        confusion=((5, 5), (5, 4)), undecided=(5, 6), balanced_accuracy=0.3,
    )  # fmt: skip
    text = shown(result, capsys)
    assert "accuracy 0.3000, loss -" in text
    assert "The network gives no finite numbers for 11 of them: they count as wrong." in text
    # Five of all fifteen, and four of fifteen.
    assert "0.3333" in text and "0.2667" in text
