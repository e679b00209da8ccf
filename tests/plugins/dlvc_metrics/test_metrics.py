"""The built-in metrics against scikit-learn's functions, called as its users do, and by hand."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dlvc_cli.config.metrics import choose_metrics
from dlvc_cli.contract.metric_checks import METRIC_CHECKS
from dlvc_cli.registry.registry import registry

NAMES = ("accuracy", "balanced_accuracy", "macro_f1", "auroc", "log_loss", "ece")


def measured(name: str, targets: Any, probabilities: Any) -> float | None:
    (metric,) = choose_metrics(registry(), name)
    return metric(np.asarray(targets), np.asarray(probabilities))


def example(classes: int, images: int = 60, seed: int = 0) -> tuple[NDArray[Any], NDArray[Any]]:
    """Targets of every class, and single-precision probabilities that know a little of them."""
    draw = np.random.default_rng(seed)
    targets = draw.permutation(np.arange(images) % classes)
    logits = draw.normal(size=(images, classes)) + 1.5 * np.eye(classes)[targets]
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return targets, shares.astype(np.float32)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_they_are_scikit_learn_s(classes: int) -> None:
    y, p = example(classes)
    said = p.argmax(1)
    score: Any = p[:, 1] if classes == 2 else p / p.sum(1, keepdims=True)
    expected = {
        "accuracy": sklearn.metrics.accuracy_score(y, said),
        "balanced_accuracy": sklearn.metrics.balanced_accuracy_score(y, said),
        "macro_f1": sklearn.metrics.f1_score(y, said, average="macro"),
        "auroc": sklearn.metrics.roc_auc_score(y, score, multi_class="ovr", average="macro"),
        "log_loss": -np.log(p[np.arange(len(y)), y].astype(float)).mean(),
    }
    for name, value in expected.items():
        assert measured(name, y, p) == pytest.approx(value, abs=1e-6), name


def test_auroc_of_two_classes_is_the_share_of_pairs_in_their_order() -> None:
    # Of 2 x 3 pairs of class 1 and class 0, five are in order and one is a tie.
    p1 = np.array([0.9, 0.4, 0.4, 0.2, 0.1])
    found = measured("auroc", [1, 1, 0, 0, 0], np.stack([1 - p1, p1], 1))
    assert found == pytest.approx(5.5 / 6)


def test_ece_is_by_hand_what_the_paper_says() -> None:
    # Two bins, (0, 1/2] and (1/2, 1]: one image in the first, sure at 0.5 and wrong; in the
    # second 0.8 and 0.9, of which one is right: 1/3 |0 - 0.5| + 2/3 |0.5 - 0.85|.
    p = [[0.5, 0.5], [0.8, 0.2], [0.1, 0.9]]
    assert measured("ece:bins=2", [1, 0, 0], p) == pytest.approx(0.5 / 3 + 2 / 3 * 0.35)


def test_f1_of_classes_that_occur_or_are_predicted_is_averaged() -> None:
    # Class 2 neither occurs nor is predicted. F1 of 0: 2 of 2 + 1; of 1: 0.
    p = [[0.8, 0.2, 0], [0.6, 0.4, 0]]
    assert measured("f1", [0, 1], p) == pytest.approx((2 / 3 + 0) / 2)


@pytest.mark.parametrize("name", NAMES)
def test_they_keep_to_the_contract_and_warn_of_nothing(name: str) -> None:
    (metric,) = choose_metrics(registry(), name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert metric(np.zeros(3, int), np.full((3, 2), 0.5)) is not None or name == "auroc"
    for classes in (2, 5):
        for check in METRIC_CHECKS:
            assert list(check(metric.function, metric.spec, classes)) == []


def test_what_they_are_not_defined_on_is_none_and_said() -> None:
    (auroc,) = choose_metrics(registry(), "auroc")
    y, p = example(2)
    assert auroc(np.zeros_like(y), p) is None
    assert "fewer than two classes occur" in auroc.why_undefined
    p[3] = np.nan
    for name in ("auroc", "log_loss", "ece"):
        assert measured(name, y, p) is None
    # As everywhere, an image without a class is wrong.
    hits = int((p.argmax(1)[np.arange(60) != 3] == y[np.arange(60) != 3]).sum())
    assert measured("accuracy", y, p) == hits / 60
    for name in ("macro_f1", "balanced_accuracy"):
        without = np.where(np.arange(60) == 3, -1, p.argmax(1))
        right = [(without[y == k] == k).mean() for k in (0, 1)]
        precise = [(y[without == k] == k).mean() for k in (0, 1)]
        f1 = [2 * a * b / (a + b) for a, b in zip(right, precise, strict=True)]
        expected = np.mean(f1 if name == "macro_f1" else right)
        assert measured(name, y, p) == pytest.approx(expected)
    for name in NAMES:
        assert measured(name, [], np.empty((0, 2))) is None


def test_a_class_that_does_not_occur_is_left_out_of_the_mean() -> None:
    y, p = example(3)
    two = y < 2
    areas = [sklearn.metrics.roc_auc_score(y[two] == k, p[two, k]) for k in (0, 1)]
    assert measured("auroc", y[two], p[two]) == pytest.approx(np.mean(areas))
    assert measured("balanced_accuracy", y[two], p[two]) == pytest.approx(
        np.mean([(p.argmax(1) == y)[y == k].mean() for k in (0, 1)])
    )


@given(st.integers(2, 5), st.integers(1, 40), st.integers(0, 10**6))
@settings(deadline=None, max_examples=40)
def test_they_are_in_their_ranges_and_know_no_order(classes: int, images: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    y = draw.integers(0, classes, images)
    p = draw.dirichlet(np.full(classes, 0.3), images)
    order = draw.permutation(images)
    for metric in choose_metrics(registry(), NAMES):
        value, other = metric(y, p), metric(y[order], p[order])
        if value is None or other is None:
            assert value is other and metric.text == "auroc" and len(set(y)) == 1
            continue
        assert value == pytest.approx(other) and value >= 0
        assert metric.spec.high is None or value <= metric.spec.high
        assert math.isfinite(value)
