"""Metrics that a request names, looked up and built, and called at one door."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dlvc_cli.contract.specs import MetricSpec
from dlvc_cli.errors import BadOption, PluginError
from dlvc_cli.registry.offers import Choice, guarded
from dlvc_cli.registry.registry import Registry

__all__ = ["Metric", "choose_metrics"]


@dataclass(frozen=True)
class Metric:
    """A metric with values for its parameters.

    Attributes:
        text: as it was asked for: ``ece:bins=10``.
    """

    text: str
    choice: Choice

    @property
    def spec(self) -> MetricSpec:
        spec: MetricSpec = self.choice.spec
        return spec

    @cached_property
    def function(self) -> Callable[..., Any]:
        """``(targets, probabilities) -> number``, built when it is first asked for."""
        built: Callable[..., Any] = self.choice.build()
        return built

    def __call__(self, targets: Any, probabilities: Any) -> float | None:
        """Measure a split; None where the metric is not defined on it.

        Args:
            targets: class indices, integers (N,).
            probabilities: (N, classes); a row is NaN where the network gave no finite numbers.

        Raises:
            PluginError: it fails, or gives no number.
        """
        if not len(targets):
            return None
        with warnings.catch_warnings():
            # Of what it isn't defined on, which is told in our words.
            warnings.simplefilter("ignore")
            made = guarded(
                self.choice.offer,
                self.function,
                targets.astype("int64"),
                probabilities.astype("float64"),
            )
        try:
            figure = float(made)
        except (TypeError, ValueError, OverflowError, RuntimeError):
            raise PluginError(
                f"{self.choice.offer.described} must give a number, not {made!r:.60}."
            ) from None
        return figure if math.isfinite(figure) else None

    @property
    def why_undefined(self) -> str:
        """A sentence's end: what is so where there is no figure."""
        return f"not defined here: {self.spec.undefined}" if self.spec.undefined else "not defined"


def choose_metrics(registry: Registry, text: str | Sequence[str]) -> list[Metric]:
    """Look up metrics by their names, with commas between.

    Args:
        text: ``auroc,ece:bins=10``, or a list of such.

    Raises:
        UsageError: an unknown name or a wrong parameter.
    """
    texts = (text,) if isinstance(text, str) else text
    words = [word.strip() for one in texts for word in one.split(",")]
    if not all(words):
        raise BadOption(f"--metric {','.join(texts)}: there is a comma too many.")
    return [Metric(word, registry.choose("metrics", word)) for word in dict.fromkeys(words)]
