"""Which minimum of the grid each walk has come to, how many there are, and a trial summed up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.descent import kernel
from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.descent.walks import REASONS, Walks

__all__ = [
    "Basins",
    "GridMinima",
    "Summary",
    "at_global",
    "count_minima",
    "find_basins",
    "global_tolerance",
    "low_enough",
    "summarise",
]

Labels = NDArray[np.int64]

# As scikit-image counts: all eight points around one are its neighbours, not four.
_CONNECTIVITY = 2
_VALUE_TOLERANCE = 1e-6
_TOLERANCE = 0.005


@dataclass(frozen=True, eq=False)
class Basins:
    """The minima that walks have come to, those of most walks first.

    A minimum is a set of equal grid points side by side (often a single one) that no point around
    it lies below; a walk belongs to the one in whose watershed it has ended.

    Attributes:
        minima: (K, 2), the (column, row) of a grid point of each: the one nearest its middle.
        values: (K,).
        counts: (K,), how many walks each has.
        labels: (N,), the minimum of each walk, or -1 where it has left the surface.
        reaches_global: (N,), whether the walk has ended within ``tolerance`` of a global minimum,
            for whatever reason: one on the border may be reached by leaving the surface there.
        tolerance: in grid units.
    """

    minima: Array
    values: Array
    counts: Labels
    labels: Labels
    reaches_global: NDArray[np.bool_]
    tolerance: float

    @property
    def share_global(self) -> float:
        """The share of all walks that reach a global minimum, from 0 to 1."""
        return float(self.reaches_global.mean())


@dataclass(frozen=True)
class GridMinima:
    """How many local minima a grid has.

    Attributes:
        count: minima as in :class:`Basins`, those at the border too.
        at_border: how many of these reach the border.
        points: grid points off the border none of whose eight neighbours lies lower. Here a
            plateau counts once a point, and a terrace on a slope may count as well.
        lowest: the (column, row) of the lowest, the first of them row by row.
        value: the value there.
    """

    count: int
    at_border: int
    points: int
    lowest: tuple[int, int]
    value: float


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


def global_tolerance(surface: Surface) -> float:
    """How near to a global minimum counts as there: 0.5 % of the longer side, in grid units."""
    return _TOLERANCE * max(surface.columns, surface.rows)


def find_basins(surface: Surface, walks: Walks) -> Basins:
    """Say which minimum each walk has come to.

    The grid is divided by the watershed transform from its local minima, and a walk looked up at
    the grid point nearest to its end. (Beucher and Lantuejoul, Use of watersheds in contour
    detection, 1979; scikit-image's ``watershed``.)
    """
    marks, regions = _regions(surface)
    stayed = walks.reasons != kernel.LEFT
    column, row = np.rint(walks.ends[stayed]).astype(np.int64).T
    found, reached, counts = np.unique(
        regions[row, column], return_inverse=True, return_counts=True
    )
    order = np.argsort(-counts, kind="stable")
    minima = _middles(marks, found)[order]
    labels = np.full(len(walks), -1, dtype=np.int64)
    labels[stayed] = np.argsort(order)[reached]
    tolerance = global_tolerance(surface)
    return Basins(
        minima=minima.astype(np.float64),
        values=surface.values[minima[:, 1], minima[:, 0]],
        counts=counts[order],
        labels=labels,
        reaches_global=at_global(surface, walks),
        tolerance=tolerance,
    )


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


@lru_cache(maxsize=1)
def _regions(surface: Surface) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The minima and their watersheds, (rows, columns) each, by number from 1."""
    from skimage.segmentation import watershed

    marks = _mark(surface.values)
    return marks, watershed(surface.values, marks, connectivity=_CONNECTIVITY)


def count_minima(surface: Surface) -> GridMinima:
    """Count the local minima of the grid."""
    values = surface.values
    core = values[1:-1, 1:-1]
    rows, columns = values.shape
    flat = np.ones(core.shape, dtype=bool)
    for down in (0, 1, 2):
        for across in (0, 1, 2):
            flat &= core <= values[down : down + rows - 2, across : across + columns - 2]
    row, column = divmod(int(values.argmin()), columns)
    marks = _mark(values)
    edges = np.concatenate([marks[0], marks[-1], marks[:, 0], marks[:, -1]])
    return GridMinima(
        count=int(marks.max()),
        at_border=len(np.unique(edges[edges > 0])),
        points=int(flat.sum()),
        lowest=(column, row),
        value=float(values[row, column]),
    )


def at_global(surface: Surface, walks: Walks) -> NDArray[np.bool_]:
    """Whether each walk has come to a global minimum, as in :class:`Basins`, (N,)."""
    near: NDArray[np.bool_] = walks.distances <= global_tolerance(surface)
    low = low_enough(surface)
    return near if low is None else near | (walks.values <= low)


def low_enough(surface: Surface) -> float | None:
    """The value up to which a walk's end counts as a global minimum, wherever it is.

    None where a formula tells all minima; else what is as low as the grid's lowest point counts.
    Of a formula's samples, so does what lies above that by no more than sampling makes: half a
    grid step along each axis, on the steepest slope beside the lowest point. Between two samples
    a minimum is missed by so much at most, be it round or a kink.
    """
    if len(surface.known):
        return None
    values = surface.values
    column, row = surface.lowest[0].astype(np.int64)
    tolerance = _VALUE_TOLERANCE
    if surface.frame is not None:
        beside = (
            values[row, max(column - 1, 0) : column + 2],
            values[max(row - 1, 0) : row + 2, column],
        )
        tolerance = max(tolerance, sum(float(np.ptp(line)) for line in beside) / 2)
    return float(values[row, column]) + tolerance


def _mark(values: Array) -> NDArray[np.int32]:
    """Number the local minima from 1; 0 elsewhere."""
    from skimage.measure import label
    from skimage.morphology import local_minima

    marks: NDArray[np.int32] = label(
        local_minima(values, connectivity=_CONNECTIVITY), connectivity=_CONNECTIVITY
    ).astype(np.int32)
    return marks


def _middles(marks: NDArray[np.int32], found: NDArray[np.int32]) -> Labels:
    """The grid points (K, 2) of these minima that are nearest to their centres of gravity."""
    rows, columns = np.nonzero(marks)
    which = np.searchsorted(found, marks[rows, columns])
    wanted = np.isin(marks[rows, columns], found)
    which, points = which[wanted], np.column_stack([columns, rows])[wanted]
    sizes = np.bincount(which, minlength=len(found))
    centres = np.column_stack(
        [np.bincount(which, axis, minlength=len(found)) / sizes for axis in points.T]
    )
    gaps = ((points - centres[which]) ** 2).sum(axis=1)
    nearest = np.lexsort((gaps, which))
    first = np.searchsorted(which[nearest], np.arange(len(found)))
    middles: Labels = points[nearest[first]]
    return middles
