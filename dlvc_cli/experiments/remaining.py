"""How long the rest of a study takes, by what epochs are known to take."""

from __future__ import annotations

import dataclasses
import heapq
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from dlvc_cli.experiments.cost import Cost, Kind, cost_of_lines, kind_of, threads_of
from dlvc_cli.experiments.planned_runs import PlannedRun

__all__ = ["Remaining", "TimeLeft", "makespan"]


@dataclass(frozen=True)
class TimeLeft:
    """What is known of the time that is left.

    Attributes:
        seconds: of all runs of which something is known.
        unknown: names of the others.
    """

    seconds: float
    unknown: tuple[str, ...] = ()


@dataclass
class _Progress:
    """How far a run is."""

    run: PlannedRun
    kind: Kind
    state: str
    done: int = 0
    begun: float = 0.0
    earlier: int = 0

    @property
    def over(self) -> bool:
        return self.state not in ("waiting", "running")


class Remaining:
    """An estimate of the time that is left, which gets better with every epoch.

    Args:
        planned: all runs of the study, finished ones included.
        jobs: how many run at a time.
        costs: what is known already of kinds of runs.
    """

    def __init__(
        self,
        planned: Sequence[PlannedRun],
        jobs: int,
        costs: Mapping[Kind, Cost] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._jobs = jobs
        self._clock = clock
        self._costs = dict(costs or {})
        self._starts: list[float] = []
        self._runs: dict[str, _Progress] = {}
        for run in planned:
            kind = kind_of(run.config, threads_of(run.config, jobs))
            metrics = run.run.metrics() if run.run.record_file.exists() else []
            self._runs[run.name] = _Progress(run, kind, "waiting")
            self.after(run, "finished" if run.finished else "waiting", metrics)

    def after(self, run: PlannedRun, state: str, metrics: Sequence[Mapping[str, Any]]) -> TimeLeft:
        """Take note of a run's epochs, and return what is left."""
        known = self._runs[run.name]
        if state == "running" and known.state != "running":
            known.begun, known.earlier = self._clock(), len(metrics)
        elif state == "finished" and known.state == "running":
            trained = sum(line.get("seconds") or 0.0 for line in metrics[known.earlier :])
            self._starts.append(max(0.0, self._clock() - known.begun - trained))
        known.state, known.done = state, max(known.done, len(metrics))
        if (cost := cost_of_lines(metrics, run.config)) is not None:
            start = self._costs[known.kind].start if known.kind in self._costs else cost.start
            self._costs[known.kind] = dataclasses.replace(cost, start=start)
        return self.left()

    @property
    def done(self) -> list[int]:
        """Epochs that are done of each run, in their order."""
        return [progress.done for progress in self._runs.values()]

    def left(self) -> TimeLeft:
        """Return the time that is left of all runs that aren't over."""
        have = {p.run.config.features_of for p in self._runs.values() if p.done}
        seconds: list[float] = []
        unknown = []
        for progress in self._runs.values():
            if progress.over:
                continue
            if (cost := self._costs.get(progress.kind)) is None:
                unknown.append(progress.run.name)
                continue
            features = progress.run.config.features_of
            shared = progress.done == 0 and features is not None and features in have
            have.add(features)
            rest = cost.seconds(progress.done, progress.run.config.epochs, shared)
            if progress.state == "waiting" or progress.done == progress.earlier:
                rest += fmean(self._starts) if self._starts else cost.start
            seconds.append(rest)
        return TimeLeft(makespan(seconds, self._jobs), tuple(unknown))

    def seconds(self) -> float | None:
        """The seconds that are left, None as long as they aren't known of some run."""
        left = self.left()
        return None if left.unknown else left.seconds


def makespan(seconds: Sequence[float], jobs: int) -> float:
    """Return when the last run ends, of which so many at a time are begun in their order."""
    ends = [0.0] * max(1, jobs)
    for took in seconds:
        heapq.heappush(ends, heapq.heappop(ends) + took)
    return max(ends)
