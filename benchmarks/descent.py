"""Point-steps a second of the descent engines, beside a plain loop and torch, in turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import bare_descent
import numpy as np

from dlvc_cli.contract.update_rule import Rule
from dlvc_cli.descent.array_engine import ArrayEngine
from dlvc_cli.descent.compiled import CompiledEngine
from dlvc_cli.descent.engine import prepare_surface
from dlvc_cli.descent.gradients import SampledField
from dlvc_cli.descent.request import plan_request
from dlvc_cli.descent.single import SingleEngine
from dlvc_cli.descent.steppers import RuleStepper
from dlvc_cli.descent.walk_state import StepSettings, WalkState

__all__ = ["measure"]

_POINTS = 10_000
_STEPS = {"loop": 20_000, "single": 50_000, "batch": 60, "compiled": 3_000}


def measure(rounds: int, with_torch_compile: bool = True) -> dict[str, list[float]]:
    """Return point-steps a second on the course's schaffer, by what walks."""
    plan = plan_request({"surface": "schaffer", "optimizer": "gd"})
    surface, trial = prepare_surface(plan), plan.trials[0]
    rule: Rule = trial.choice.spec.rule()
    step_settings = StepSettings(bare_descent.LR, bare_descent.EPS, -1.0, 10**9)
    # From where no walk leaves the surface or stands still within these steps.
    starts = np.random.default_rng(0).uniform(200, 800, (_POINTS, 2))
    values = surface.values

    def walk(engine: Any, count: int, steps: int) -> Callable[[], int]:
        def run() -> int:
            walk_state = WalkState(starts[:count])
            engine().advance(walk_state, steps)
            return int(walk_state.steps.sum())

        return run

    field = SampledField(surface, bare_descent.EPS)

    def in_numpy() -> ArrayEngine:
        return ArrayEngine(
            surface, field, RuleStepper(rule, bare_descent.LR, _POINTS), step_settings
        )

    def torch_steps(compiled: bool) -> Callable[[], int]:
        run = bare_descent.torch_batch(values, starts, compiled)
        run(3)
        return lambda: len(run(_STEPS["batch"])) * _STEPS["batch"]

    def loop(walk_on: Callable[..., object]) -> Callable[[], int]:
        def run() -> int:
            walk_on(values, (300.0, 350.0), _STEPS["loop"])
            return _STEPS["loop"]

        return run

    ready = SingleEngine(surface, rule, step_settings)
    kernel = CompiledEngine(surface, rule, step_settings)
    what: dict[str, Callable[[], int]] = {
        "plain loop, one point": loop(bare_descent.loop),
        "plain loop on floats": loop(bare_descent.loop_on_floats),
        "dlvc, one point": walk(lambda: ready, 1, _STEPS["single"]),
        "dlvc, 10,000 points in NumPy": walk(in_numpy, _POINTS, _STEPS["batch"]),
        "torch eager, 10,000 points": torch_steps(False),
        "dlvc, 10,000 points compiled": walk(lambda: kernel, _POINTS, _STEPS["compiled"]),
    }
    if with_torch_compile:
        what["torch.compile, 10,000 points"] = torch_steps(True)
    figures: dict[str, list[float]] = {name: [] for name in what}
    for _ in range(rounds):
        for name, run in what.items():
            began = time.perf_counter()
            steps = run()
            figures[name].append(steps / (time.perf_counter() - began))
    return figures
