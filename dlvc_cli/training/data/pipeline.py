"""The way of a batch on the device: ops in order, resizing to the input size, normalisation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from dlvc_cli.contract.batch import Batch, BatchOp, as_batch_op
from dlvc_cli.contract.draws import Draws
from dlvc_cli.contract.specs import OpSpec, Variants
from dlvc_cli.errors import PluginError
from dlvc_cli.registry.registry import Choice, guarded

__all__ = ["AppliedOp", "Pipeline", "build_ops", "channel_statistics"]


# With more, hardly an image would be seen twice in the same form.
_MOST_FORMS = 64


@dataclass(frozen=True)
class AppliedOp:
    """One op of a run: what runs in training, and what elsewhere (None: nothing)."""

    choice: Choice
    position: int
    train: BatchOp
    evaluate: BatchOp | None
    views: Variants | None

    def run(self, batch: Batch, seed: int, epoch: int, training: bool) -> Batch:
        """Apply the op to a batch with its own draws."""
        op = self.train if training else self.evaluate
        if op is None:
            return batch
        draws = Draws(seed, epoch, self.position, batch.ids)
        return guarded(self.choice.offer, op, batch, draws)


def build_ops(choices: Sequence[Choice]) -> list[AppliedOp]:
    """Build the ops and what stands in for random ones outside training."""
    ops = []
    for position, choice in enumerate(choices):
        spec: OpSpec = choice.spec
        train = as_batch_op(choice.build(), spec.takes)
        evaluate: BatchOp | None = None if spec.random else train
        if spec.eval_factory is not None:
            stand_in = guarded(choice.offer, spec.eval_factory, **choice.values)
            evaluate = None if stand_in is None else as_batch_op(stand_in, spec.takes)
        views = None
        if spec.random and spec.views is not None:
            views = guarded(choice.offer, spec.views, **choice.values)
            if not isinstance(views, Variants) or not 1 <= views.count <= _MOST_FORMS:
                raise PluginError(
                    f"The variants of {choice.offer.described} must be Variants with a count of 1 "
                    f"to {_MOST_FORMS}."
                )
        ops.append(AppliedOp(choice, position, train, evaluate, views))
    return ops


class Pipeline:
    """From stored uint8 images to what the network takes.

    Args:
        ops: the ops.
        input_size: (height, width) of the network's input; images are resized to it,
            antialiased, where they differ.
        mean, std: per-channel normalisation, 3 numbers each.
        seed: of the draws.
        num_classes: for ops that mix targets.
    """

    def __init__(
        self,
        ops: Sequence[AppliedOp],
        input_size: tuple[int, int],
        mean: Sequence[float],
        std: Sequence[float],
        seed: int,
        num_classes: int,
    ) -> None:
        self._ops = ops
        self._input_size = input_size
        self._mean = torch.tensor(mean, dtype=torch.float32).view(1, 3, 1, 1)
        self._std = torch.tensor(std, dtype=torch.float32).view(1, 3, 1, 1)
        self._seed = seed
        self._num_classes = num_classes

    def to(self, device: torch.device) -> Pipeline:
        """Move the normalisation's constants to the device, in place."""
        self._mean, self._std = self._mean.to(device), self._std.to(device)
        return self

    def training(self, images: Tensor, targets: Tensor, ids: Tensor, epoch: int) -> Batch:
        """Return a training batch from uint8 images (N, 3, H, W) on the device."""
        batch = Batch(as_floats(images), targets, ids, self._num_classes)
        for op in self._ops:
            batch = op.run(batch, self._seed, epoch, training=True)
        return replace(batch, images=self._finish(batch.images))

    def evaluation(self, images: Tensor) -> Tensor:
        """Return the network's input for uint8 images (N, 3, H, W), without random ops."""
        return self._finish(deterministic(self._ops, images, self._num_classes))

    @property
    def forms(self) -> int:
        """How many forms the random ops give an image in training."""
        return math.prod(op.views.count for op in self._ops if op.views is not None)

    def form(self, ids: Tensor, epoch: int) -> Tensor:
        """Which form each image of a training batch has, int64 (N,); 0 is that of evaluation.

        Only where every random op of the run says so (``OpSpec.views``).
        """
        form = torch.zeros_like(ids)
        for op in self._ops:
            if op.views is not None:
                draws = Draws(self._seed, epoch, op.position, ids)
                drawn = guarded(op.choice.offer, op.views.draw, draws)
                form = form * op.views.count + drawn
        return form

    def identity(self, form: int) -> dict[str, Any]:
        """All that makes images of this form what they are, as plain values."""
        ops = []
        for op in reversed(self._ops):
            view = None
            if op.views is not None:
                form, view = divmod(form, op.views.count)
            if view or op.evaluate is not None:
                offer, values = op.choice.offer, op.choice.values
                name = f"{offer.qualified} {offer.plugin.version}"
                ops.append([name, {key: repr(value) for key, value in values.items()}, view])
        return {
            "ops": ops[::-1],
            "input": list(self._input_size),
            "mean": self._mean.flatten().tolist(),
            "std": self._std.flatten().tolist(),
        }

    def _finish(self, images: Tensor) -> Tensor:
        if tuple(images.shape[2:]) != self._input_size:
            images = torch.nn.functional.interpolate(
                images, self._input_size, mode="bilinear", antialias=True, align_corners=False
            )
        return (images - self._mean) / self._std


def as_floats(images: Tensor) -> Tensor:
    """uint8 -> float32 in [0, 1]."""
    return images.to(torch.float32).div_(255)


def deterministic(ops: Sequence[AppliedOp], images: Tensor, num_classes: int) -> Tensor:
    """Return floats after the ops that run outside training."""
    count = images.shape[0]
    ids = torch.arange(count, device=images.device)
    batch = Batch(as_floats(images), torch.zeros_like(ids), ids, num_classes)
    for op in ops:
        batch = op.run(batch, seed=0, epoch=0, training=False)
    return batch.images


def channel_statistics(ops: Sequence[AppliedOp], images: Tensor) -> tuple[list[float], list[float]]:
    """Return per-channel mean and standard deviation of uint8 images (N, 3, H, W) after the ops.

    Over all pixels of all images, scaled to [0, 1], without random ops. A constant channel gets
    the standard deviation 1.
    """
    total = torch.zeros(3, dtype=torch.float64)
    squares = torch.zeros(3, dtype=torch.float64)
    count = 0
    # About 64 MB of pixels as doubles at a time.
    for chunk in images.split(max(1, (1 << 23) // images[0].numel())):
        values = deterministic(ops, chunk, 1).double()
        total += values.sum((0, 2, 3)).cpu()
        squares += values.square().sum((0, 2, 3)).cpu()
        count += values.numel() // 3
    mean = total / count
    std = (squares / count - mean.square()).clamp_min(0).sqrt()
    return mean.tolist(), torch.where(std < 1e-6, 1.0, std).tolist()
