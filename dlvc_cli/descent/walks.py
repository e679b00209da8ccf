"""What a descent leaves: walks, each with its start, end and path, and why it stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.config.descent import DescentConfig
from dlvc_cli.descent import kernel
from dlvc_cli.descent.gradients import Field
from dlvc_cli.descent.kept_path import Steps
from dlvc_cli.descent.request_plan import MAX_PATHS
from dlvc_cli.descent.surface import Array, Surface
from dlvc_cli.descent.trials import Trial
from dlvc_cli.errors import UsageError

__all__ = ["REASONS", "Descent", "Walk", "Walks"]

REASONS = {
    kernel.RUNNING: "running",
    kernel.GRADIENT: "gradient",
    kernel.MAX_STEPS: "max_steps",
    kernel.LEFT: "left_surface",
    kernel.STUCK: "no_progress",
}
"""Why a walk has ended: the gradient's norm fell below ``stop``, ``max_steps`` were taken, the next
step would have left the surface, or it no longer changed the position."""


# So many walks are told of in a representation.
_TOLD = 5


@dataclass(frozen=True)
class Walk:
    """One walk. Positions are (column, row) in grid units.

    Attributes:
        value: the surface's at the end, in [0, 1].
        steps: how many it took.
        reason: ``gradient``, ``max_steps``, ``left_surface`` or ``no_progress``.
        norm: of the last gradient.
        distance: from the end to the nearest known minimum, in grid units.
        kept: its path and the steps of its positions; None where paths weren't kept.
    """

    trial: Trial
    start: tuple[float, float]
    end: tuple[float, float]
    value: float
    steps: int
    reason: str
    norm: float
    distance: float
    kept: tuple[Array, Steps] | None = field(default=None, repr=False)

    @property
    def path(self) -> Array:
        """All positions, (steps + 1, 2), or those of a long walk that were kept, (K, 2), the first
        and the last among them.

        Raises:
            UsageError: paths weren't kept.
        """
        return self._known_path()[0]

    @property
    def path_steps(self) -> Steps:
        """The step after which each position of the path was reached, (K,): from 0 on.

        Raises:
            UsageError: paths weren't kept.
        """
        return self._known_path()[1]

    @property
    def has_path(self) -> bool:
        """Whether its path was kept."""
        return self.kept is not None

    def _known_path(self) -> tuple[Array, Steps]:
        if self.kept is None:
            raise UsageError(
                f"The path of this walk was not kept: that is done for up to {MAX_PATHS} walks. "
                "Start fewer of them."
            )
        return self.kept


# What a descent of a single walk has, too.
_OF_WALK = {*Walk.__dataclass_fields__, "path", "path_steps", "has_path"}


@dataclass(frozen=True, eq=False)
class Walks:
    """The walks of one trial, as arrays.

    Attributes:
        starts, ends: (N, 2).
        values, steps, norms, distances: (N,).
        reasons: (N,), keys of ``REASONS``.
        paths, path_steps: a path for each walk and the steps of its positions, or None.
    """

    trial: Trial
    starts: Array
    ends: Array
    values: Array
    steps: NDArray[np.int64]
    reasons: NDArray[np.int8]
    norms: Array
    distances: Array
    paths: Sequence[Array] | None = None
    path_steps: Sequence[Steps] | None = None

    def __len__(self) -> int:
        return len(self.starts)

    def walk(self, index: int) -> Walk:
        """Return one of them."""
        return Walk(
            trial=self.trial,
            start=_pair(self.starts[index]),
            end=_pair(self.ends[index]),
            value=float(self.values[index]),
            steps=int(self.steps[index]),
            reason=REASONS[int(self.reasons[index])],
            norm=float(self.norms[index]),
            distance=float(self.distances[index]),
            kept=self._kept(index),
        )

    def _kept(self, index: int) -> tuple[Array, Steps] | None:
        if self.paths is None or self.path_steps is None:
            return None
        return self.paths[index], self.path_steps[index]


@dataclass(frozen=True, eq=False, repr=False)
class Descent(Sequence[Walk]):
    """All walks of a descent: those of the first trial, then of the next.

    Where there is a single walk, its attributes are the descent's: ``descent.path``.

    Attributes:
        surface: what was walked on.
        trials: the walks of each trial.
        field: values at any position, ``descent.field.value(path)``, and gradients.
        config: what was asked for.
        command: the command line that makes it again.
        seconds: how long it took.
    """

    surface: Surface
    trials: Sequence[Walks]
    field: Field
    config: DescentConfig
    command: str
    seconds: float

    @property
    def basins(self) -> int | None:
        """The number of starts along a side, where they are a grid."""
        return self.config.basins

    def __len__(self) -> int:
        return sum(map(len, self.trials))

    @overload
    def __getitem__(self, index: int) -> Walk: ...
    @overload
    def __getitem__(self, index: slice) -> list[Walk]: ...
    def __getitem__(self, index: int | slice) -> Walk | list[Walk]:
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(len(self)))]
        place = index + len(self) if index < 0 else index
        for walks in self.trials:
            if 0 <= place < len(walks):
                return walks.walk(place)
            place -= len(walks)
        raise IndexError(f"walk {index} of {len(self)}")

    def __iter__(self) -> Iterator[Walk]:
        return (walks.walk(k) for walks in self.trials for k in range(len(walks)))

    @property
    def path(self) -> Array:
        """The path of the single walk; see :attr:`Walk.path`."""
        return self._single().path

    @property
    def path_steps(self) -> Steps:
        """The steps of its positions."""
        return self._single().path_steps

    @property
    def end(self) -> tuple[float, float]:
        """Where the single walk has ended."""
        return self._single().end

    @property
    def value(self) -> float:
        """The surface's value there."""
        return self._single().value

    @property
    def steps(self) -> int:
        """How many steps the single walk took."""
        return self._single().steps

    @property
    def reason(self) -> str:
        """Why the single walk has ended."""
        return self._single().reason

    def _single(self) -> Walk:
        if len(self) != 1:
            raise AttributeError(f"there are {len(self)} walks: use [0]")
        return self[0]

    def __dir__(self) -> list[str]:
        of_walk = _OF_WALK if len(self) == 1 else ()
        return sorted({*super().__dir__(), *of_walk})

    def __repr__(self) -> str:
        count = len(self)
        walks = f"{count:,} walk{'s' * (count != 1)}"
        lines = [f"<{walks} on {self.surface.name}, {self.seconds:.1f} s: {self.command}"]
        lines += [f"  {walk.trial.label}: {_told(walk)}" for walk in self[:_TOLD]]
        lines += [f"  and {count - _TOLD:,} more"] * (count > _TOLD)
        return "\n".join(lines) + ">"

    def __getattr__(self, name: str) -> Any:
        if name in _OF_WALK and len(self) == 1:
            return getattr(self[0], name)
        if name in _OF_WALK:
            raise AttributeError(f"{name} is that of a walk, and there are {len(self)}: use [0]")
        raise AttributeError(f"a descent has no {name}")


def _told(walk: Walk) -> str:
    start, end = (f"{x:.6g},{y:.6g}" for x, y in (walk.start, walk.end))
    return f"{start} to {end} in {walk.steps:,} steps, value {walk.value:.5g}, {walk.reason}"


def _pair(row: Array) -> tuple[float, float]:
    return float(row[0]), float(row[1])
