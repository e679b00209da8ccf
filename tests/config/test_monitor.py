"""What decides which epoch is the best."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.offered import offer

from dlvc_cli import MetricSpec, UnknownName
from dlvc_cli.config.monitor import Monitor, choose_monitor
from dlvc_cli.registry.registry import registry


@pytest.mark.parametrize(
    ("text", "key", "greater"),
    [
        ("accuracy", "val_acc", True),
        ("val_acc", "val_acc", True),
        ("balanced_accuracy", "val_balanced_acc", True),
        ("loss", "val_loss", False),
        ("val_loss", "val_loss", False),
        ("f1", "val_macro_f1", True),
        ("val_macro_f1", "val_macro_f1", True),
        ("ece:bins=5", "val_ece", False),
        ("dlvc-metrics/log_loss", "val_log_loss", False),
    ],
)
def test_names_are_those_of_metrics_and_of_what_is_recorded(text, key, greater) -> None:
    monitor = choose_monitor(registry(), text)
    assert (monitor.key, monitor.greater_is_better) == (key, greater)


def test_what_training_measures_in_any_case_is_taken_from_the_line() -> None:
    line = {"val_acc": 0.5, "val_loss": None}
    assert choose_monitor(registry(), "accuracy").value(line, None, None) == 0.5
    assert choose_monitor(registry(), "loss").value(line, None, None) is None
    split = np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])
    assert choose_monitor(registry(), "auroc").value(line, *split) == 1.0


@pytest.mark.parametrize(("greater", "better", "worse"), [(True, 0.6, 0.4), (False, 0.4, 0.6)])
def test_of_equals_the_earlier_stays_and_nothing_is_never_better(greater, better, worse) -> None:
    monitor = Monitor("val_x", greater)
    assert monitor.better(better, 0.5) and not monitor.better(worse, 0.5)
    assert not monitor.better(0.5, 0.5)
    assert monitor.better(worse, None) and not monitor.better(None, None)
    assert not monitor.better(None, 0.5)


def test_a_metric_never_takes_the_place_of_what_training_measures(monkeypatch) -> None:
    spec = MetricSpec(
        name="acc_running", summary="Own.", factory=lambda: None, greater_is_better=True
    )
    offer(monkeypatch, spec)
    assert choose_monitor(registry(), "acc_running").key == "val_made-up/acc_running"


def test_an_unknown_one_is_told_with_what_else_there_is() -> None:
    with pytest.raises(UnknownName, match=r"no metric called 'losss'.*takes loss, too"):
        choose_monitor(registry(), "losss")
