"""What runs of a study cost: as earlier ones say, or measured on noise in another process."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from dlvc_cli.events import json_text
from dlvc_cli.experiments.cost import Cost, Kind, kind_of, network_of, recorded_costs, threads_of
from dlvc_cli.experiments.planned_runs import PlannedRun

__all__ = ["KnownCosts", "find_costs", "measure"]

# Seconds for measuring all kinds of runs: the process is asked to keep to the first, and ended
# after the second.
_ASKED, _MOST = 15.0, 18.0
_COMMAND = "from dlvc_cli.experiments.stopwatch_process import main; main()"


@dataclass(frozen=True)
class KnownCosts:
    """What runs cost, and how that is known.

    Attributes:
        costs: by kind of run.
        recorded, measured: kinds that earlier runs have told, and that were measured.
    """

    costs: Mapping[Kind, Cost] = field(default_factory=dict)
    recorded: frozenset[Kind] = frozenset()
    measured: frozenset[Kind] = frozenset()


def find_costs(
    planned: Sequence[PlannedRun],
    folder: Path,
    jobs: int,
    stop: Callable[[], bool] = lambda: False,
    measures: Callable[[], bool] = lambda: True,
) -> KnownCosts:
    """Find out what the runs that aren't finished cost.

    Args:
        folder: of the study.
        jobs: how many run at a time.
        stop: asked while measuring.
        measures: whether to measure kinds of which nothing is recorded.
    """
    wanted = {
        kind_of(run.config, threads_of(run.config, jobs)): run
        for run in reversed(planned)
        if not run.finished
    }
    costs = {kind: cost for kind, cost in recorded_costs(folder).items() if kind in wanted}
    recorded = frozenset(costs)
    measured: dict[Kind, Cost] = {}
    if wanted.keys() - recorded and measures():
        measured = _measured(
            {kind: wanted[kind] for kind in wanted if kind not in recorded}, jobs, stop
        )
    return KnownCosts(costs | measured, recorded, frozenset(measured))


def _measured(
    runs: Mapping[Kind, PlannedRun], jobs: int, stop: Callable[[], bool]
) -> dict[Kind, Cost]:
    """Measure kinds of runs, each by a run of it; one of each network first.

    Of a kind that there was no time for, another one of the same network tells.
    """
    networks: dict[Kind, list[Kind]] = {}
    for kind, run in runs.items():
        networks.setdefault(network_of(run.config), []).append(kind)
    order = [kind for same in zip_longest(*networks.values()) for kind in same if kind is not None]
    found = measure([_options(runs[kind], jobs) for kind in order], stop)
    costs = {order[number]: cost for number, cost in found.items()}
    for same in networks.values():
        known = sorted((costs[kind] for kind in same if kind in costs), key=lambda one: one.epoch)
        if known:
            costs |= {kind: costs.get(kind, known[(len(known) - 1) // 2]) for kind in same}
    return costs


def _options(run: PlannedRun, jobs: int) -> dict[str, Any]:
    threads = threads_of(run.config, jobs)
    return dataclasses.replace(run.config, threads=threads).to_dict()


def measure(
    configs: Sequence[Mapping[str, Any]], stop: Callable[[], bool] = lambda: False
) -> dict[int, Cost]:
    """Measure runs on noise; return costs by the runs' numbers, without those that can't be.

    Args:
        configs: their options.
        stop: asked a few times a second whether to leave it at what is known.
    """
    request = json_text({"began": time.time(), "seconds": _ASKED, "configs": list(configs)})
    process = subprocess.Popen(
        [sys.executable, "-c", _COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + _MOST
    answers = None
    given: bytes | None = request.encode()
    try:
        while answers is None and time.monotonic() < until and not stop():
            with contextlib.suppress(subprocess.TimeoutExpired):
                answers, _ = process.communicate(given, timeout=0.1)
            given = None
    finally:
        process.kill()
        if answers is None:
            answers, _ = process.communicate()
    costs = {}
    for line in answers.splitlines():
        with contextlib.suppress(ValueError, TypeError):
            number, values = json.loads(line)
            costs[number] = Cost(**values)
    return costs
