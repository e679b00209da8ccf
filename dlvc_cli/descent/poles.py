"""Where a formula has a pole that its samples step over, as an even grid does with 1/x."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlvc_cli.descent.surface import Array

__all__ = ["find_pole"]

# A pole is looked for in so many halvings of a grid step. Towards one, the last ten still make
# values so many times larger: (x - a)**-0.5 grows 32 times, a peak or a logarithm hardly.
_HALVINGS, _LAST, _GROWTH = 36, 10, 6.0


def find_pole(
    samples: Array, evaluate: Callable[[Array, Array], Array]
) -> tuple[float, float] | None:
    """Return the (column, row) of a pole beside the sample that is furthest from 0, or None.

    From that sample on it climbs, in ever smaller steps. A gap that is no number is no pole:
    sin(x)/x has one.

    Args:
        samples: values (rows, columns).
        evaluate: the formula at columns and rows (3, 3) between the samples.
    """
    row, column = map(float, np.unravel_index(np.abs(samples).argmax(), samples.shape))
    bottom, right = samples.shape[0] - 1, samples.shape[1] - 1
    down, across = np.mgrid[-1:2, -1:2]
    largest = []
    for halving in range(1, _HALVINGS + 1):
        rows = np.clip(row + down * 0.5**halving, 0, bottom)
        columns = np.clip(column + across * 0.5**halving, 0, right)
        sizes = np.nan_to_num(np.abs(evaluate(columns, rows)), nan=0.0, posinf=np.inf)
        best = np.unravel_index(sizes.argmax(), sizes.shape)
        row, column = float(rows[best]), float(columns[best])
        largest.append(float(sizes[best]))
        if np.isinf(largest[-1]):
            return column, row
    return (column, row) if largest[-1] > _GROWTH * largest[-1 - _LAST] else None
