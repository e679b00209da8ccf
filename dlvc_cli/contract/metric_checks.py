"""What a metric must keep to: named checks, as ``contract.checks`` has them of other objects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, SupportsFloat

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.contract.specs import MetricSpec

__all__ = [
    "METRIC_CHECKS",
    "check_metric_gives_a_number",
    "check_metric_is_in_its_range",
    "check_metric_keeps_its_arguments",
    "check_metric_knows_better",
    "check_metric_takes_what_is_not_finite",
    "check_metric_takes_what_lacks_classes",
    "figure_of",
]

# Images of a made-up split, for each class.
_EACH = 6

Metric = Callable[[NDArray[Any], NDArray[Any]], Any]
Made = tuple[NDArray[np.int64], NDArray[np.float64]]


# Each check of a metric takes:
#   metric       (targets, probabilities) -> a number, NaN where it is not defined
#   spec         what is said of it
#   num_classes  of the probabilities


def check_metric_gives_a_number(
    metric: Metric, spec: MetricSpec, num_classes: int
) -> Iterator[str]:
    """A metric of all classes and finite probabilities is a finite number."""
    for arguments in _splits(num_classes):
        made = metric(*arguments)
        figure = figure_of(made)
        if figure is None or not math.isfinite(figure):
            split = f"a split of {num_classes} classes"
            yield f"must give a finite number for {split}, not {made!r:.60}"
            return


def check_metric_is_in_its_range(
    metric: Metric, spec: MetricSpec, num_classes: int
) -> Iterator[str]:
    """A metric is between the ends that its spec names."""
    low = -math.inf if spec.low is None else spec.low
    high = math.inf if spec.high is None else spec.high
    for arguments in _splits(num_classes):
        figure = figure_of(metric(*arguments))
        # A sum of many terms may pass its end by a hair.
        if figure is not None and (figure < low - 1e-9 or figure > high + 1e-9):
            yield f"gives {figure:g}, and its spec says from {spec.low} to {spec.high}"
            return


def check_metric_knows_better(metric: Metric, spec: MetricSpec, num_classes: int) -> Iterator[str]:
    """A metric finds what is right better than what is wrong throughout, as its spec says."""
    right, wrong = (figure_of(metric(*split)) for split in _right_and_wrong(num_classes))
    if right is None or wrong is None:
        return
    worse = right < wrong if spec.greater_is_better else right > wrong
    if worse:
        said = "greater" if spec.greater_is_better else "smaller"
        yield (
            f"gives {right:g} where all is right and {wrong:g} where all is wrong, and its spec "
            f"says that {said} is better"
        )


def check_metric_keeps_its_arguments(
    metric: Metric, spec: MetricSpec, num_classes: int
) -> Iterator[str]:
    """A metric changes neither targets nor probabilities: others are asked after it."""
    targets, probabilities = _noise(num_classes)
    given = targets.copy(), probabilities.copy()
    metric(*given)
    if not (np.array_equal(given[0], targets) and np.array_equal(given[1], probabilities)):
        yield "must not change the arrays that it is given"


def check_metric_takes_what_is_not_finite(
    metric: Metric, spec: MetricSpec, num_classes: int
) -> Iterator[str]:
    """A metric gives a number or NaN where rows of probabilities are NaN."""
    targets, probabilities = _noise(num_classes)
    probabilities[::2] = np.nan
    yield from _number_or_nan(metric(targets, probabilities), "where rows of probabilities are NaN")


def check_metric_takes_what_lacks_classes(
    metric: Metric, spec: MetricSpec, num_classes: int
) -> Iterator[str]:
    """A metric gives a number or NaN for images of one class alone, and for one image."""
    targets, probabilities = _noise(num_classes)
    one = np.zeros_like(targets)
    yield from _number_or_nan(metric(one, probabilities), "where one class alone occurs")
    yield from _number_or_nan(metric(targets[:1], probabilities[:1]), "for one image")


METRIC_CHECKS: Sequence[Callable[..., Iterator[str]]] = (
    check_metric_gives_a_number,
    check_metric_is_in_its_range,
    check_metric_knows_better,
    check_metric_keeps_its_arguments,
    check_metric_takes_what_is_not_finite,
    check_metric_takes_what_lacks_classes,
)


def figure_of(made: object) -> float | None:
    """What a metric has given, as a number, NaN included; None where it is none."""
    if not isinstance(made, SupportsFloat):
        return None
    try:
        return float(made)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        # An array or a tensor of more than one number, or a whole number beyond all floats.
        return None


def _number_or_nan(made: object, where: str) -> Iterator[str]:
    if figure_of(made) is None:
        yield f"must give a number, or NaN, {where}, not {made!r:.60}"


def _splits(num_classes: int) -> list[Made]:
    """Noise, and predictions that are right and wrong throughout."""
    return [_noise(num_classes), *_right_and_wrong(num_classes)]


def _targets(num_classes: int) -> NDArray[np.int64]:
    return np.arange(_EACH * num_classes) % num_classes


def _noise(num_classes: int) -> Made:
    """Every class, and probabilities that say nothing of it, always the same."""
    targets = _targets(num_classes)
    drawn = np.random.default_rng(0).dirichlet(np.ones(num_classes), len(targets))
    return targets, drawn


def _right_and_wrong(num_classes: int) -> tuple[Made, Made]:
    """Sure of the right class, and sure of the next one."""
    targets = _targets(num_classes)
    sure = np.full((num_classes, num_classes), 0.1 / max(num_classes - 1, 1))
    np.fill_diagonal(sure, 0.9)
    return (targets, sure[targets]), (targets, sure[(targets + 1) % num_classes])
