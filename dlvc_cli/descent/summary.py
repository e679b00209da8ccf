"""What the walks of a trial have in common, in a few figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dlvc_cli.descent.basins import Basins, find_basins
from dlvc_cli.descent.surface import Surface
from dlvc_cli.descent.walks import REASONS, Walks

__all__ = ["Summary", "summarise"]


@dataclass(frozen=True)
class Summary:
    """The walks of a trial, summed up.

    Attributes:
        reached: how many have come to a global minimum.
        reasons: how many stopped for each reason, the most frequent first.
        basins: which minima they have come to.
    """

    walks: int
    reached: int
    median_steps: float
    median_value: float
    least_value: float
    reasons: Mapping[str, int]
    basins: Basins


def summarise(surface: Surface, walks: Walks) -> Summary:
    """Sum up the walks of a trial."""
    basins = find_basins(surface, walks)
    codes, counts = np.unique(walks.reasons, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return Summary(
        walks=len(walks),
        reached=int(basins.reaches_global.sum()),
        median_steps=float(np.median(walks.steps)),
        median_value=float(np.median(walks.values)),
        least_value=float(walks.values.min()),
        reasons={REASONS[int(codes[k])]: int(counts[k]) for k in order},
        basins=basins,
    )
