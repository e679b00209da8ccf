"""What a test says."""

from __future__ import annotations

import dataclasses

import pytest

from dlvc_cli.reporting.training.confusion import print_test
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


def test_of_many_classes_the_worst_and_the_confusions_that_occur_are_shown(capsys):
    count = 200
    confusion = [[10 * (row == column) for column in range(count)] for row in range(count)]
    confusion[7][3], confusion[7][7] = 6, 4
    confusion[150][7], confusion[150][150] = 1, 9
    result = dataclasses.replace(
        RESULT, classes=tuple(f"class {n}" for n in range(count)),
        confusion=tuple(map(tuple, confusion)),
    )  # fmt: skip
    lines = [line.split() for line in shown(result, capsys).splitlines()]
    assert len(lines) < 30
    assert lines[2] == ["class", "7", "10", "0.4000"]
    assert ["class", "7", "class", "3", "6", "60%"] in lines
    assert ["class", "150", "class", "7", "1", "10%"] in lines
    assert " ".join(lines[-1]).startswith("2 pairs of the 200 classes are confused")
