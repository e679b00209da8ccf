"""Figures of a split by hand, and against scikit-learn's."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from dlvc_cli.runs.predictions import Predictions
from dlvc_cli.runs.split_figures import (
    class_figures,
    confusion_of,
    figures_of_split,
    surest_right_images,
    worst_images,
)

CLASSES = ("cat", "dog", "fox")


def predictions_of(targets: object, probabilities: object) -> Predictions:
    y, p = np.asarray(targets, np.int32), np.asarray(probabilities, np.float32)
    return Predictions("val", 2, "", y, p)


def drawn(images: int, seed: int) -> Predictions:
    draw = np.random.default_rng(seed)
    return predictions_of(draw.integers(0, 3, images), draw.dirichlet([0.4] * 3, images))


# Two cats, of which one is called a dog; a dog, right; a dog without finite numbers.
FEW = predictions_of(
    [0, 0, 1, 1], [[0.7, 0.2, 0.1], [0.1, 0.9, 0], [0.3, 0.6, 0.1], [math.nan] * 3]
)


def test_they_are_those_found_by_hand() -> None:
    result = figures_of_split(FEW, CLASSES, 0.5, ["a", "b", "c", "d"], metrics={"auroc": None})
    assert result.confusion == ((1, 1, 0), (0, 1, 0), (0, 0, 0)) and result.undecided == (0, 1, 0)
    assert [(c.images, c.precision, c.recall) for c in result.per_class] == [
        (2, 1.0, 0.5), (2, 0.5, 0.5), (0, None, None),
    ]  # fmt: skip
    assert (result.accuracy, result.balanced_accuracy, result.images) == (0.5, 0.5, 4)
    (worst,) = result.worst
    assert (worst.index, worst.name, worst.target, worst.predicted) == (1, "b", "cat", "dog")
    assert worst.probability == pytest.approx(0.9)
    assert result.calibration is None and result.metrics == {"auroc": None}


def test_the_worst_are_the_surest_and_of_equals_the_first() -> None:
    p = [[0.2, 0.8], [0.1, 0.9], [0.2, 0.8], [0.9, 0.1]]
    kept = predictions_of([0, 0, 0, 0], p)
    found = worst_images(kept, CLASSES, None)
    assert [(one.index, one.name) for one in found] == [(1, None), (0, None), (2, None)]
    assert [one.index for one in worst_images(kept, CLASSES, None, most=1)] == [1]


def test_the_surest_of_those_that_are_right() -> None:
    p = [[0.8, 0.2], [0.4, 0.6], [0.1, 0.9], [math.nan, math.nan]]
    found = surest_right_images(predictions_of([0, 0, 1, 0], p), CLASSES, list("abcd"), 5)
    assert [(one.name, one.predicted) for one in found] == [("c", "dog"), ("a", "cat")]
    assert found[0].probability == pytest.approx(0.9)


@given(st.integers(1, 60), st.integers(0, 10**6))
@settings(deadline=None, max_examples=40)
def test_they_are_scikit_learn_s(images: int, seed: int) -> None:
    kept = drawn(images, seed)
    y, said = kept.targets, kept.predicted
    result = figures_of_split(kept, CLASSES, None)
    matrix = sklearn.metrics.confusion_matrix(y, said, labels=range(3))
    assert result.confusion == tuple(map(tuple, matrix.tolist()))
    precision, recall, _, counts = sklearn.metrics.precision_recall_fscore_support(
        y, said, labels=range(3), zero_division=np.nan
    )
    for k, one in enumerate(result.per_class):
        assert one.images == counts[k]
        assert one.precision == pytest.approx(precision[k]) or math.isnan(precision[k])
        assert one.recall == pytest.approx(recall[k]) or math.isnan(recall[k])
        assert (one.precision is None) == (k not in said) and (one.recall is None) == (k not in y)
    assert result.accuracy == pytest.approx(sklearn.metrics.accuracy_score(y, said))
    wrong = [one.index for one in result.worst]
    assert all(y[k] != said[k] for k in wrong) and len(wrong) == min(10, int((y != said).sum()))
    sure = [one.probability for one in result.worst]
    assert sure == sorted(sure, reverse=True)


def test_precision_and_recall_change_places_where_the_matrix_is_turned() -> None:
    matrix = confusion_of(drawn(50, 1))
    for one, other in zip(
        class_figures(matrix.tolist(), [0] * 3, CLASSES),
        class_figures(matrix.T.tolist(), [0] * 3, CLASSES),
        strict=True,
    ):
        assert (one.precision, one.recall) == (other.recall, other.precision)
