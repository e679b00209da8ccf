"""Each check of a metric finds what careless ones do, and nothing in careful ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dlvc_cli import MetricSpec
from dlvc_cli.contract.metric_checks import METRIC_CHECKS, figure_of


def spec_of(metric: Callable[..., Any], **more: Any) -> MetricSpec:
    said = {"greater_is_better": True, "low": 0.0, "high": 1.0} | more
    return MetricSpec(name="made-up", summary="Made up.", factory=lambda: metric, **said)


def found(metric: Callable[..., Any], **more: Any) -> dict[str, list[str]]:
    """What each check finds, by its name, where it finds something."""
    every = {c.__name__: list(c(metric, spec_of(metric, **more), 3)) for c in METRIC_CHECKS}
    return {name: findings for name, findings in every.items() if findings}


def share_right(targets: Any, probabilities: Any) -> Any:
    return (probabilities.argmax(1) == targets).mean()


def test_a_careful_one_passes() -> None:
    assert found(share_right) == {}


@pytest.mark.parametrize("made", [None, "0.5", np.ones(2), 1j])
def test_what_is_no_number_is_found(made: object) -> None:
    said = found(lambda targets, probabilities: made)
    assert "must give a finite number" in said["check_metric_gives_a_number"][0]
    assert "where rows of probabilities are NaN" in said["check_metric_takes_what_is_not_finite"][0]
    assert len(said["check_metric_takes_what_lacks_classes"]) == 2
    assert figure_of(made) is None


@pytest.mark.parametrize(
    ("metric", "more", "name", "words"),
    [
        (lambda y, p: math.nan, {}, "check_metric_gives_a_number", "a finite number"),
        (lambda y, p: 1.5, {}, "check_metric_is_in_its_range", "gives 1.5"),
        (share_right, {"greater_is_better": False}, "check_metric_knows_better", "smaller"),
        (lambda y, p: p.sort() or 0.5, {}, "check_metric_keeps_its_arguments", "must not change"),
    ],
)
def test_what_breaks_a_rule_is_found(
    metric: Callable[..., Any], more: dict[str, Any], name: str, words: str
) -> None:
    said = found(metric, **more)
    assert list(said) == [name] and words in said[name][0]


def test_a_range_may_be_open() -> None:
    assert found(lambda y, p: -1e6, low=None, high=None) == {}
