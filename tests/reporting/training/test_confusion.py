"""What a test says."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest

from dlvc_cli.reporting.training.confusion import print_test
from dlvc_cli.runs.results import TestResult
from dlvc_cli.runs.split_figures import class_figures

RESULT = TestResult(
    split="val",
    images=102,
    loss=0.1,
    accuracy=100 / 102,
    classes=("cat", "dog"),
    confusion=((100, 0), (2, 0)),
    balanced_accuracy=0.5,
    per_class=class_figures(((100, 0), (2, 0)), (0, 0), ("cat", "dog")),
)


def counted(
    confusion: Sequence[Sequence[int]], undecided: Sequence[int] = (), **more: Any
) -> TestResult:
    """The same of other counts."""
    classes = more.get("classes", RESULT.classes)
    figures = class_figures(confusion, undecided or (0,) * len(classes), classes)
    counts = {"confusion": confusion, "undecided": undecided, "per_class": figures}
    return dataclasses.replace(RESULT, **counts, **more)


def shown(result: TestResult, capsys: pytest.CaptureFixture[str]) -> str:
    print_test("one", result)
    return capsys.readouterr().out


def test_balanced_accuracy_is_beside_accuracy_where_classes_are_uneven(capsys):
    text = shown(RESULT, capsys)
    assert "one on val (102 images): accuracy 0.9804, balanced 0.5000, loss 0.1000" in text
    even = counted(((51, 0), (2, 49)))
    assert "accuracy 0.9804, loss 0.1000" in shown(even, capsys)
    # Images without a prediction belong to their class, too.
    even = counted(((51, 0), (2, 0)), (0, 49))
    assert "balanced" not in shown(even, capsys)


def test_a_network_that_gives_no_numbers_is_told_of(capsys):
    result = counted(
        ((5, 5), (5, 4)), (5, 6), classes=("left", "right"), images=30, loss=float("nan"),
        accuracy=0.3,
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
    result = counted(
        tuple(map(tuple, confusion)), classes=tuple(f"class {n}" for n in range(count))
    )
    lines = [line.split() for line in shown(result, capsys).splitlines()]
    assert len(lines) < 30
    assert lines[2] == ["class", "7", "10", "0.4000", "0.8000"]
    assert ["class", "7", "class", "3", "6", "60%"] in lines
    assert ["class", "150", "class", "7", "1", "10%"] in lines
    assert " ".join(lines[-1]).startswith("2 pairs of the 200 classes are confused")
