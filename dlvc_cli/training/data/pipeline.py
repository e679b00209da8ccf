"""The way of a batch on the device: ops in order, resizing to the input size, normalisation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from dlvc_cli.contract.batch import Batch
from dlvc_cli.training.data.applied_op import AppliedOp
from dlvc_cli.training.data.decoded import DecodedSplit
from dlvc_cli.training.record import Preprocessing

__all__ = ["Pipeline", "channel_statistics"]


class Pipeline:
    """From decoded uint8 images to what the network takes.

    Args:
        ops: the ops.
        preprocessing: the network's input size, to which images are resized, antialiased, where
            theirs differs; and the normalisation.
        seed: of the draws.
        device: of the batches.
    """

    def __init__(
        self,
        ops: Sequence[AppliedOp],
        preprocessing: Preprocessing,
        seed: int,
        device: torch.device,
    ) -> None:
        self._ops = ops
        self._input_size = preprocessing.input_size
        self._mean, self._std = (
            torch.tensor(values, dtype=torch.float32, device=device).view(1, 3, 1, 1)
            for values in (preprocessing.mean, preprocessing.std)
        )
        self._seed = seed
        # So many of the ops have to see whole batches.
        self._mixing = max((n + 1 for n, op in enumerate(ops) if op.mixes), default=0)
        # For ops that mix targets.
        self._num_classes = len(preprocessing.classes)

    def training(
        self,
        images: Tensor,
        targets: Tensor,
        ids: Tensor,
        epoch: int,
        part: slice = slice(None),
    ) -> Batch:
        """Return a training batch from uint8 images (N, 3, H, W) on the device.

        Args:
            part: of the batch, that is returned. Only ops that mix samples, and those before them,
                work on all of it.
        """
        batch = Batch(as_floats(images), targets, ids, self._num_classes)
        for op in self._ops[: self._mixing]:
            batch = op.run(batch, self._seed, epoch, training=True)
        batch = batch.part(part)
        for op in self._ops[self._mixing :]:
            batch = op.run(batch, self._seed, epoch, training=True)
        return replace(batch, images=self._finish(batch.images))

    @property
    def mixes(self) -> bool:
        """Whether an image of a training batch depends on the others of the batch."""
        return self._mixing > 0

    def evaluation(self, images: Tensor) -> Tensor:
        """Return the network's input for uint8 images (N, 3, H, W), without random ops."""
        return self._finish(deterministic(self._ops, images, self._num_classes))

    def shown(self, inputs: Tensor) -> Tensor:
        """Return what the network takes (N, 3, H, W) as images to look at, uint8 (N, H, W, 3)."""
        images = (inputs * self._std + self._mean).clamp(0, 1).mul(255).round()
        return images.to(torch.uint8).permute(0, 2, 3, 1)

    @property
    def variant_count(self) -> int:
        """How many variants of an image the ops make in training."""
        return math.prod(op.variant_count for op in self._ops)

    def drawn_variants(self, ids: Tensor, epoch: int) -> Tensor:
        """Which variant each image of a training batch is, int64 (N,); 0 is that of evaluation.

        Only where every random op of the run says so (``Op.variants``).
        """
        variant = torch.zeros_like(ids)
        for op in self._ops:
            variant = variant * op.variant_count + op.drawn_variants(self._seed, epoch, ids)
        return variant

    def identity(self, variant: int) -> dict[str, Any]:
        """All that makes images of this variant what they are, as plain values.

        It is a part of the key of features in the cache: any change of a key or value in it, and
        those that earlier versions have kept are not found any more.
        """
        ops = []
        for applied in reversed(self._ops):
            own = None
            if applied.op.variants is not None:
                variant, own = divmod(variant, applied.variant_count)
            if own or applied.op.stand_in is not None:
                offer, values = applied.choice.offer, applied.choice.values
                name = f"{offer.qualified} {offer.plugin.version}"
                ops.append([name, {key: repr(value) for key, value in values.items()}, own])
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


def channel_statistics(
    ops: Sequence[AppliedOp], split: DecodedSplit
) -> tuple[list[float], list[float]]:
    """Return per-channel mean and standard deviation of a split's images after the ops.

    Over all pixels of all images, scaled to [0, 1], without random ops. A constant channel gets
    the standard deviation 1.
    """
    total = torch.zeros(3, dtype=torch.float64)
    squares = torch.zeros(3, dtype=torch.float64)
    count = 0
    # About 8 MB of pixels as doubles at a time.
    for chunk in split.chunks(max(1, (1 << 20) // split.image_shape.numel())):
        values = deterministic(ops, chunk, 1).double()
        total += values.sum((0, 2, 3)).cpu()
        squares += values.square().sum((0, 2, 3)).cpu()
        count += values.numel() // 3
    mean = total / count
    std = (squares / count - mean.square()).clamp_min(0).sqrt()
    return mean.tolist(), torch.where(std < 1e-6, 1.0, std).tolist()
