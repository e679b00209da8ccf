"""What decides which epoch is the best: a metric of the validation split, or its loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dlvc_cli.config.metrics import Metric
from dlvc_cli.errors import UnknownName
from dlvc_cli.registry.registry import Registry

__all__ = ["Monitor", "choose_monitor"]

_MEASURED = {
    "accuracy": "val_acc",
    "acc": "val_acc",
    "balanced_accuracy": "val_balanced_acc",
    "balanced_acc": "val_balanced_acc",
    "loss": "val_loss",
}
"""What training measures in any case: nothing more is computed where one of these is monitored."""

# No metric of a plugin may take the place of one of these in a line.
_TAKEN = {*_MEASURED.values(), "val_acc_last_batch", "val_acc_running"}


@dataclass(frozen=True)
class Monitor:
    """What decides which epoch is the best.

    Attributes:
        key: of a line of ``metrics.jsonl``.
        greater_is_better: whether a greater value is the better one.
        metric: what measures it; None where training does in any case.
    """

    key: str
    greater_is_better: bool = True
    metric: Metric | None = None

    @property
    def is_accuracy(self) -> bool:
        """Whether it is the usual one."""
        return self.key == "val_acc"

    def better(self, value: float | None, than: float | None) -> bool:
        """Whether a value is better than the best so far; of equals, the earlier one stays."""
        if value is None or than is None:
            return value is not None
        return value > than if self.greater_is_better else value < than

    def value(self, line: dict[str, Any], targets: Any, probabilities: Any) -> float | None:
        """What is monitored, of an epoch: from its line, or measured.

        Args:
            line: of ``metrics.jsonl``.
            targets, probabilities: of the validation split, as a metric takes them.
        """
        if self.metric is not None:
            return self.metric(targets, probabilities)
        value: float | None = line[self.key]
        return value


def choose_monitor(registry: Registry, text: str) -> Monitor:
    """Look up what is monitored: a metric, or ``loss``; with ``val_`` before it, as it is recorded.

    Raises:
        UsageError: an unknown name or a wrong parameter.
    """
    name = text.removeprefix("val_")
    if name in _MEASURED:
        key = _MEASURED[name]
        return Monitor(key, greater_is_better=key != "val_loss")
    try:
        choice = registry.choose("metrics", name)
    except UnknownName as error:
        raise UnknownName(f"{error} --monitor takes loss, too.") from error
    key = f"val_{choice.spec.name}"
    if key in _TAKEN:
        key = f"val_{choice.offer.qualified}"
    return Monitor(key, choice.spec.greater_is_better, Metric(name, choice))
