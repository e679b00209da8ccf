"""Training steps on noise, timed before training begins, that leave no trace."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager

import torch

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.runtime import Runtime

__all__ = ["NoiseSteps", "steps_of"]


def steps_of(config: TrainConfig, images: int) -> int:
    """How many steps a training on so many images has."""
    steps = config.epochs * -(-images // config.batch_size)
    return steps if config.max_steps is None else min(steps, config.max_steps)


class NoiseSteps:
    """Forward and backward passes of a batch of noise; the optimiser's part is left out.

    Args:
        shape: of the batch, (N, 3, H, W).
        classes: that there are.
    """

    def __init__(
        self,
        learning: Learning,
        objective: Objective,
        shape: tuple[int, int, int, int],
        classes: int,
    ) -> None:
        self._learning, self._objective = learning, objective
        generator = torch.Generator().manual_seed(0)
        self._images = torch.randn(shape, generator=generator)
        self._targets = torch.arange(shape[0]) % classes

    @contextmanager
    def undisturbed(self) -> Generator[None, None, None]:
        """Leave statistics, gradients and streams of random numbers as they are."""
        network = self._learning.network
        buffers = {name: value.clone() for name, value in network.named_buffers()}
        try:
            with torch.random.fork_rng():
                yield
        finally:
            with torch.no_grad():
                for name, value in network.named_buffers():
                    value.copy_(buffers[name])
            network.zero_grad(set_to_none=True)

    def seconds(self, runtime: Runtime) -> float:
        """Do a step; return what it took."""
        self._learning.train_mode()
        images, targets = self._images.to(runtime.device), self._targets.to(runtime.device)
        _wait(runtime)
        begun = time.perf_counter()
        outputs = runtime.call(self._learning.outputs, images)
        self._objective(outputs, targets, torch.mean).backward()
        _wait(runtime)
        return time.perf_counter() - begun


def _wait(runtime: Runtime) -> None:
    if runtime.device.type == "cuda":
        torch.cuda.synchronize(runtime.device)
