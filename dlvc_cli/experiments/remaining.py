"""How long the rest of a study takes, by what its runs have taken so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from dlvc_cli.experiments.planned_runs import PlannedRun

__all__ = ["Remaining"]

# What decides how long an epoch takes, beside the data and the machine.
_COST = ("model", "pretrained", "weights", "feature_extract", "freeze_until", "image_size", "data")


def _seconds_an_epoch(metrics: Sequence[Mapping[str, Any]]) -> float | None:
    """The mean time of an epoch; the first is left out where there are more, as it warms up."""
    seconds = [line["seconds"] for line in metrics if line.get("seconds") is not None]
    return fmean(seconds[1:] or seconds) if seconds else None


class Remaining:
    """An estimate of the time that is left, which gets better with every epoch.

    Args:
        planned: all runs of the study, finished ones included.
        jobs: how many run at a time.
    """

    def __init__(self, planned: Sequence[PlannedRun], jobs: int) -> None:
        self._jobs = jobs
        self._left = {run.name: run.config.epochs for run in planned}
        self._costs = {run.name: self._cost(run) for run in planned}
        self._seconds: dict[tuple[str, ...], float] = {}
        for run in planned:
            metrics = run.run.metrics() if run.run.record_file.exists() else []
            self.after(run, "finished" if run.finished else "waiting", metrics)

    @staticmethod
    def _cost(run: PlannedRun) -> tuple[str, ...]:
        return tuple(str(getattr(run.config, name)) for name in _COST)

    def after(
        self, run: PlannedRun, state: str, metrics: Sequence[Mapping[str, Any]]
    ) -> float | None:
        """Take note of a run's epochs, and return the seconds that are left; None if unknown."""
        over = state not in ("waiting", "running")
        self._left[run.name] = 0 if over else max(0, run.config.epochs - len(metrics))
        if (known := _seconds_an_epoch(metrics)) is not None:
            self._seconds[self._costs[run.name]] = known
        return self.seconds()

    def seconds(self) -> float | None:
        """The seconds that are left, None as long as no epoch of some kind of run is known."""
        waiting = {name: left for name, left in self._left.items() if left}
        try:
            total = sum(left * self._seconds[self._costs[name]] for name, left in waiting.items())
        except KeyError:
            return None
        return total / max(1, min(self._jobs, len(waiting) or 1))
