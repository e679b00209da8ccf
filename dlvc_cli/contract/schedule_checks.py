"""What a schedule must keep to: named checks, as ``contract.checks`` has them of other objects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, SupportsFloat

from dlvc_cli.contract.learning_rates import Progress

__all__ = [
    "SCHEDULE_CHECKS",
    "check_schedule_gives_factors",
    "check_schedule_repeats",
    "factor_of",
    "places_of",
    "points_of",
]

# A schedule is asked at no more points than these.
_MOST = 500

Schedule = Callable[[Progress], Any]


# Each check of a schedule takes:
#   schedule     progress -> factor
#   epochs       its length
#   steps        of an epoch


def check_schedule_gives_factors(schedule: Schedule, epochs: int, steps: int) -> Iterator[str]:
    """A schedule gives a finite number from 0 up for every step."""
    for point in points_of(epochs, steps):
        made = schedule(point)
        if factor_of(made) is None:
            yield (
                f"must give a number from 0 up for every step, not {made!r:.60} at epoch "
                f"{point.epoch:g} of {epochs}"
            )
            return


def check_schedule_repeats(schedule: Schedule, epochs: int, steps: int) -> Iterator[str]:
    """A schedule gives the same for the same progress, in whatever order it is asked.

    A run that is resumed begins to ask in the middle.
    """
    points = points_of(epochs, steps)
    first = [factor_of(schedule(point)) for point in points]
    again = [factor_of(schedule(point)) for point in reversed(points)]
    if first != again[::-1]:
        yield (
            "gives another factor for the same progress each time: it must depend on progress alone"
        )


SCHEDULE_CHECKS: Sequence[Callable[..., Iterator[str]]] = (
    check_schedule_gives_factors,
    check_schedule_repeats,
)


def factor_of(made: object) -> float | None:
    """What a schedule has given, as a number; None where it is no finite number from 0 up."""
    if not isinstance(made, SupportsFloat):
        return None
    try:
        factor = float(made)
    except (TypeError, ValueError, OverflowError):
        return None
    except RuntimeError:
        # A tensor of more than one number.
        return None
    return factor if math.isfinite(factor) and factor >= 0 else None


def points_of(epochs: int, steps: int) -> list[Progress]:
    """The progress before steps of a training, the first and the last among them, evenly spread.

    Args:
        steps: of an epoch.
    """
    total = epochs * steps
    return [
        Progress(place // steps + place % steps / steps, epochs, place, total)
        for place in places_of(total)
    ]


def places_of(total: int) -> list[int]:
    """The numbers of so many steps, or of some of them, evenly spread, the first and the last."""
    count = min(total, _MOST)
    return [round(index * (total - 1) / max(count - 1, 1)) for index in range(count)]
