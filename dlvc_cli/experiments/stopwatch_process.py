"""The process that measures what epochs take: requests on standard input, a line of JSON a run.

It is another process so that torch and its threads are set up as for a run, that no memory of a GPU
stays taken, and that it can be ended whatever it is doing.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlvc_cli.config.plan import Plan, plan_use
from dlvc_cli.config.train import TrainConfig
from dlvc_cli.config.weight_source import find_weight_source
from dlvc_cli.errors import DlvcError
from dlvc_cli.events import json_text
from dlvc_cli.experiments.cost import Cost
from dlvc_cli.registry.registry import registry

if TYPE_CHECKING:
    from dlvc_cli.training.amounts import Amounts

__all__ = ["main", "measured_cost"]

# Seconds that a run takes at its end, for the curves that it draws, and to end.
_ENDING = 2.0
# What decides how a run reads its data, beside its input size.
_READ = ("data", "val_share", "test_share", "fold", "fit", "store_size")


def main() -> None:
    """Measure what is asked for, ``{"began": ..., "seconds": ..., "configs": [...]}``.

    For each configuration that can be measured a line is written: its number, and a ``Cost``. The
    time, since ``began``, is divided equally among those that are left.
    """
    asked = json.load(sys.stdin)
    # What a plugin prints is no line of ours.
    answers, sys.stdout = sys.stdout, sys.stderr
    from dlvc_cli.training import timing  # noqa: F401

    began = asked["began"]
    ready = time.time() - began
    configs = [TrainConfig.from_dict(values) for values in asked["configs"]]
    amounts = _AmountsOnce()
    asker = os.getppid()
    for number, config in enumerate(configs):
        if os.getppid() != asker:
            # Nobody waits for an answer.
            return
        left = began + asked["seconds"] - time.time()
        try:
            cost = measured_cost(config, max(0.0, left) / (len(configs) - number), ready, amounts)
        except (DlvcError, MemoryError, RuntimeError, OSError):
            continue
        print(json_text([number, dataclasses.asdict(cost)]), file=answers, flush=True)


def measured_cost(
    config: TrainConfig, seconds: float, ready: float, amounts: Callable[[Plan], Amounts]
) -> Cost:
    """Measure what a run costs.

    Args:
        seconds: to spend on it, about; it may take more to build it.
        ready: seconds that a process takes until torch is imported.
        amounts: of the images of a run.

    Raises:
        DlvcError: it can't be trained, or its data isn't here.
    """
    from dlvc_cli.training.timing import time_epoch

    began = time.perf_counter()
    plan = _plan(config)
    found = amounts(plan)
    # Building the network takes time, too.
    left = seconds - (time.perf_counter() - began)
    timing = time_epoch(plan, found, max(left, seconds / 2) / 2)
    return Cost(**dataclasses.asdict(timing), start=ready + found.reading + _ENDING)


class _AmountsOnce:
    """Looks at the data of a run once for all that read it alike."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], Any] = {}

    def __call__(self, plan: Plan) -> Amounts:
        from dlvc_cli.training.amounts import amounts_of
        from dlvc_cli.training.setup import known_input

        options = (getattr(plan.config, name) for name in _READ)
        key = (*options, known_input(plan))
        if key not in self._known:
            self._known[key] = amounts_of(plan)
        found: Amounts = self._known[key]
        return found


def _plan(config: TrainConfig) -> Plan:
    plan: Any = plan_use(registry(), config)
    return dataclasses.replace(plan, source=find_weight_source(config, plan.model.spec))
