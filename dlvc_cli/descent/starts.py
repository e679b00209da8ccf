"""Where walks start: given, drawn, or on a grid."""

from __future__ import annotations

import numpy as np

from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.errors import BadOption

__all__ = ["place_starts"]


def place_starts(config: DescentConfig, surface: Surface) -> Array:
    """Return the starts, (N, 2) as (column, row). Those of a grid go row by row.

    Raises:
        BadOption: one is off the surface.
    """
    right, bottom = surface.corner
    if config.basins is not None:
        row, column = np.meshgrid(
            np.linspace(0, bottom, config.basins),
            np.linspace(0, right, config.basins),
            indexing="ij",
        )
        return np.column_stack([column.ravel(), row.ravel()])
    if config.random_starts is not None:
        rng = np.random.default_rng(config.seed)
        return rng.uniform(0, 1, (config.random_starts, 2)) * np.array([right, bottom])
    starts = np.array(config.start or [surface.start], dtype=np.float64)
    inside = surface.contains(starts)
    if not inside.all():
        column, row = starts[~inside][0]
        raise BadOption(
            f"--start {column:g},{row:g} is off the surface: columns go from 0 to {right}, rows "
            f"from 0 to {bottom}."
        )
    return starts
