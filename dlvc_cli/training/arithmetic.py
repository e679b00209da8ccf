"""In which arithmetic a CPU trains a network sooner, where ``--precision auto`` leaves it open."""

from __future__ import annotations

import dataclasses
import statistics
import time

import torch

from dlvc_cli.config.plan import Plan
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.runtime import Runtime, has_bf16

__all__ = ["choose_arithmetic", "chosen_notice", "chosen_option"]

# Seconds of a whole training in fp32 from which a measurement can pay.
_LONG = 120.0
# So many times as fast it has to be.
_WORTH = 1.15
_TURNS = 3


def choose_arithmetic(
    plan: Plan,
    runtime: Runtime,
    learning: Learning,
    objective: Objective,
    size: tuple[int, int],
    images: int,
    classes: int,
) -> Runtime:
    """Return a runtime that trains in bf16 where that was measured to be faster here.

    Only of ``--precision auto`` on a CPU that has instructions for it, and of a training that takes
    minutes. The first of several processes measures for all. Weights, statistics and the streams
    of random numbers are left as they are.

    Args:
        learning: on the CPU.
        size: (height, width) of the network's input.
        images: of the training split.
        classes: that there are.
    """
    if plan.config.precision != "auto" or runtime.device.type != "cpu":
        return runtime
    precision = "fp32"
    if runtime.writes and has_bf16(runtime.device):
        batch = runtime.least(min(plan.config.batch_size, images))
        steps = plan.config.epochs * -(-images // plan.config.batch_size)
        if plan.config.max_steps is not None:
            steps = min(steps, plan.config.max_steps)
        work = _Steps(learning, objective, (batch, 3, *size), classes)
        if work.bf16_pays(runtime, steps):
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


class _Steps:
    """Steps of a training on noise, but for the optimiser's part, which is fp32 in any case."""

    def __init__(
        self, learning: Learning, objective: Objective, shape: tuple[int, ...], classes: int
    ) -> None:
        self._learning, self._objective = learning, objective
        generator = torch.Generator().manual_seed(0)
        self._images = torch.randn(shape, generator=generator)
        self._targets = torch.arange(shape[0]) % classes

    def bf16_pays(self, runtime: Runtime, steps: int) -> bool:
        """Whether so many steps take minutes, and less of them in bf16.

        Args:
            runtime: computes in fp32.
        """
        network = self._learning.network
        buffers = {name: value.clone() for name, value in network.named_buffers()}
        other = dataclasses.replace(runtime, precision="bf16")
        try:
            with torch.random.fork_rng(devices=()):
                # The first time, libraries tune themselves.
                self._seconds(runtime)
                if self._seconds(runtime) * steps < _LONG:
                    return False
                self._seconds(other)
                turns = [(self._seconds(runtime), self._seconds(other)) for _ in range(_TURNS)]
        finally:
            with torch.no_grad():
                for name, value in network.named_buffers():
                    value.copy_(buffers[name])
            network.zero_grad(set_to_none=True)
        return statistics.median(slow / fast for slow, fast in turns) >= _WORTH

    def _seconds(self, runtime: Runtime) -> float:
        self._learning.train_mode()
        begun = time.perf_counter()
        outputs = runtime.call(self._learning.outputs, self._images)
        self._objective(outputs, self._targets, torch.mean).backward()
        return time.perf_counter() - begun
