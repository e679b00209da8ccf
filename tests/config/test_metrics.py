"""Metrics by their names, called at one door."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from helpers.offered import offer

from dlvc_cli import BadOption, MetricSpec, PluginError, UnknownName
from dlvc_cli.config.metrics import choose_metrics
from dlvc_cli.registry.registry import registry

SPLIT = np.array([0, 1]), np.array([[0.5, 0.5], [0.25, 0.75]], np.float32)


def test_names_are_looked_up_once_each() -> None:
    found = choose_metrics(registry(), "f1, ece:bins=10,f1")
    assert [(metric.text, metric.spec.name) for metric in found] == [
        ("f1", "macro_f1"), ("ece:bins=10", "ece"),
    ]  # fmt: skip
    with pytest.raises(UnknownName, match="Did you mean auroc"):
        choose_metrics(registry(), "aurocc")
    with pytest.raises(BadOption, match="a comma too many"):
        choose_metrics(registry(), "f1,,ece")


def test_it_is_handed_whole_numbers_and_double_precision(monkeypatch) -> None:
    seen = []

    def metric(targets, probabilities):
        seen.append((targets.dtype, probabilities.dtype))
        warnings.warn("not defined", stacklevel=1)
        return np.float32("inf")

    spec = MetricSpec(
        name="strange", summary="Strange.", factory=lambda: metric, greater_is_better=True
    )
    offer(monkeypatch, spec)
    (found,) = choose_metrics(registry(), "strange")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert found(SPLIT[0].astype("int32"), SPLIT[1]) is None
    assert seen == [(np.int64, np.float64)]


@pytest.mark.parametrize(
    ("made", "said"), [("no number", "must give a number, not 'no number'"), (1 / 3, None)]
)
def test_what_is_no_number_names_the_plugin(monkeypatch, made, said) -> None:
    spec = MetricSpec(
        name="own", summary="Own.", factory=lambda: lambda y, p: made, greater_is_better=True
    )
    offer(monkeypatch, spec)
    (found,) = choose_metrics(registry(), "own")
    if said is None:
        assert found(*SPLIT) == made
        return
    with pytest.raises(PluginError, match=f"own of plugin made-up {said}"):
        found(*SPLIT)
