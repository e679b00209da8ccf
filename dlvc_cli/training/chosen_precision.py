"""In which arithmetic a CPU trains a network sooner, where ``--precision auto`` leaves it open."""

from __future__ import annotations

import dataclasses
import statistics

from dlvc_cli.config.plan import Plan
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.noise_steps import NoiseSteps, steps_of
from dlvc_cli.training.runtime import Runtime, has_bf16

__all__ = ["choose_arithmetic", "chosen_notice", "chosen_option"]

# Seconds of a whole training in fp32 from which a measurement can pay.
_LONG = 120.0
# So many times as fast it has to be.
_WORTH = 1.15
_TURNS = 2


def choose_arithmetic(
    plan: Plan,
    runtime: Runtime,
    learning: Learning,
    objective: Objective,
    size: tuple[int, int],
    classes: int,
    images: int,
) -> Runtime:
    """Return a runtime that trains in bf16 where that was measured to be faster here.

    Only of ``--precision auto`` on a CPU that has instructions for it, and of a training that takes
    minutes. The first of several processes measures for all. Weights, statistics and the streams
    of random numbers are left as they are.

    Args:
        learning: on the CPU.
        size: (height, width) of the network's input.
        classes: that there are.
        images: of the training split.
    """
    if plan.config.precision != "auto" or runtime.device.type != "cpu":
        return runtime
    precision = "fp32"
    if runtime.writes and has_bf16(runtime.device):
        batch = runtime.least(min(plan.config.batch_size, images))
        steps = NoiseSteps(learning, objective, (batch, 3, *size), classes)
        if _bf16_pays(steps, runtime, steps_of(plan.config, images)):
            precision = "bf16"
    return dataclasses.replace(runtime, precision=runtime.text_of_writer(precision))


def chosen_notice(plan: Plan, runtime: Runtime) -> str | None:
    """Say that bf16 was chosen; None where it was asked for, or wasn't."""
    if not chosen_option(plan, runtime):
        return None
    return (
        "Training in bf16, which this CPU was measured to do faster than fp32; --precision fp32 "
        "keeps to that."
    )


def chosen_option(plan: Plan, runtime: Runtime) -> str:
    """What a command has to say beside so that another machine doesn't choose otherwise."""
    measured = plan.config.precision == "auto" and runtime.device.type == "cpu"
    return " --precision bf16" if measured and runtime.precision == "bf16" else ""


def _bf16_pays(steps: NoiseSteps, runtime: Runtime, count: int) -> bool:
    """Whether so many steps take minutes in fp32, the runtime's own, and less of them in bf16."""
    other = dataclasses.replace(runtime, precision="bf16")
    with steps.undisturbed():
        # The first time, libraries tune themselves.
        steps.seconds(runtime)
        if steps.seconds(runtime) * count < _LONG:
            return False
        steps.seconds(other)
        turns = [(steps.seconds(runtime), steps.seconds(other)) for _ in range(_TURNS)]
    return statistics.median(slow / fast for slow, fast in turns) >= _WORTH
