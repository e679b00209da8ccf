"""The path of a walk under way, in bounded memory however many steps it takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.descent.surface import Array

__all__ = ["KeptPath", "Steps"]

Steps = NDArray[np.int64]

_ROOM = 64


class KeptPath:
    """A walk's positions: all or, of a long walk, the first and two in every ``stride`` after them.

    The first, since a walk does most of its way early. Two, since one that swings to and fro is on
    the same side after every second step: single steps would show none of its swings. The last
    position is always there.

    Args:
        start: (2,).
        most: how many positions to keep, the last one aside; half of them are the first ones.

    Attributes:
        stride: a power of 2; at 2, every step is kept.
    """

    def __init__(self, start: Array, most: int) -> None:
        self.stride = 2
        self._most = max(most, 8)
        self._taken = 0
        self._last = start.copy()
        # Of these the first ``_count`` are in use.
        self._points = np.empty((_ROOM, 2))
        self._steps = np.empty(_ROOM, dtype=np.int64)
        self._points[0], self._steps[0] = start, 0
        self._count = 1

    def add(self, points: Array) -> None:
        """Take the positions after the next steps, (K, 2)."""
        if not len(points):
            return
        steps = np.arange(self._taken + 1, self._taken + 1 + len(points))
        self._taken += len(points)
        self._last = points[-1].copy()
        points, steps = self._choose(points, steps)
        while self._count + len(points) > self._most:
            self.stride *= 2
            own = self._choose(self._points[: self._count], self._steps[: self._count])
            self._count = 0
            self._append(*own)
            points, steps = self._choose(points, steps)
        self._append(points, steps)

    def _choose(self, points: Array, steps: Steps) -> tuple[Array, Steps]:
        if self.stride == 2:
            return points, steps
        # The first two steps of every stride, since that is a power of 2.
        chosen = (steps & (self.stride - 2)) == 0
        if steps[0] < self._most // 2:
            chosen |= steps < self._most // 2
        return points[chosen], steps[chosen]

    def _append(self, points: Array, steps: Steps) -> None:
        end = self._count + len(points)
        if end > len(self._points):
            room = min(max(2 * len(self._points), end), self._most)
            grown = np.empty((room, 2)), np.empty(room, dtype=np.int64)
            grown[0][: self._count] = self._points[: self._count]
            grown[1][: self._count] = self._steps[: self._count]
            self._points, self._steps = grown
        self._points[self._count : end] = points
        self._steps[self._count : end] = steps
        self._count = end

    def path(self) -> tuple[Array, Steps]:
        """Return positions (K, 2), and the step after which each was reached, (K,)."""
        points, steps = self._points[: self._count], self._steps[: self._count]
        if steps[-1] == self._taken:
            return points.copy(), steps.copy()
        return np.vstack([points, self._last]), np.append(steps, self._taken)
