"""What an accuracy is worth, as all tables write it: its interval, and a difference's chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlvc_cli.runs.statistics import LEVEL

__all__ = ["AGAINST", "BEST_FLATTERS", "difference", "interval", "over_variants"]

BEST_FLATTERS = (
    "The best of all epochs is chosen on the images that it is measured on, and flatters; "
    "the last epoch's, and the mean of the last five, are not. 95 %: "
    "Wilson's interval of an accuracy on so many images."
)

AGAINST = (
    "Against {first}: the difference in accuracy, and how probable one so large is by chance alone "
    f"(exact McNemar test on the same images); from p {LEVEL:g} on it may be chance."
)


def over_variants(tta: str) -> str:
    """Say that accuracies are of averaged probabilities; nothing where they aren't.

    Args:
        tta: as ``--tta`` writes it.
    """
    return (
        ""
        if tta == "none"
        else f"Probabilities are averaged over variants of each image (--tta {tta})."
    )


def interval(value: Mapping[str, float] | None) -> str:
    """``0.843 to 0.874``; nothing where it isn't known."""
    return "" if value is None else f"{value['low']:.3f} to {value['high']:.3f}"


def difference(value: Mapping[str, Any] | None) -> str:
    """``+0.0254 (p 0.003)``, or ``-0.0049 (p 0.431, may be chance)``."""
    if value is None:
        return ""
    p = "< 0.001" if value["p"] < 0.001 else f"{value['p']:.3f}"
    verdict = "" if value["p"] < LEVEL else ", may be chance"
    return f"{value['difference']:+.4f} (p {p}{verdict})"
