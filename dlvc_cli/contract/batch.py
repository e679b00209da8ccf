"""A batch of images on its way to the network, and the three forms of op made into one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from dlvc_cli.contract.draws import Draws
from dlvc_cli.errors import PluginError

__all__ = ["Batch", "BatchOp", "as_batch_op"]


@dataclass(frozen=True)
class Batch:
    """Images with their targets.

    Attributes:
        images: (N, C, H, W) floats in [0, 1] until they are normalised.
        targets: class indices int64 (N,), or probabilities (N, classes).
        ids: sample ids int64 (N,).
        num_classes: for ops that turn indices into probabilities.
    """

    images: Tensor
    targets: Tensor
    ids: Tensor
    num_classes: int

    def __len__(self) -> int:
        return self.images.shape[0]

    def part(self, rows: slice) -> Batch:
        """Return some rows of the batch."""
        return replace(
            self, images=self.images[rows], targets=self.targets[rows], ids=self.ids[rows]
        )

    def soft_targets(self) -> Tensor:
        """Return the targets as probabilities (N, classes)."""
        if self.targets.ndim == 2:
            return self.targets
        one_hot = torch.nn.functional.one_hot(self.targets, self.num_classes)
        return one_hot.to(self.images.dtype)


BatchOp = Callable[[Batch, Draws], Batch]


def as_batch_op(op: Callable[..., Any], takes: Literal["batch", "images", "sample"]) -> BatchOp:
    """Return ``op(batch, draws) -> batch`` for an op of any form (see ``OpSpec``)."""
    if takes == "batch":
        return op
    if takes == "images":
        return lambda batch, draws: replace(batch, images=op(batch.images, draws))
    return lambda batch, draws: replace(batch, images=_each_sample(op, batch.images, draws))


def _each_sample(
    op: Callable[[np.ndarray, np.random.Generator], np.ndarray], images: Tensor, draws: Draws
) -> Tensor:
    """Apply an op on single (H, W, C) arrays to images (N, C, H, W), on the CPU."""
    arrays = images.detach().float().permute(0, 2, 3, 1).cpu().numpy()
    # A copy each, since a sample's op may well work in place on what it is given.
    changed = [
        np.asarray(op(array.copy(), rng))
        for array, rng in zip(arrays, draws.generators(), strict=True)
    ]
    shapes = {array.shape for array in changed}
    if len(shapes) > 1 or any(len(shape) != 3 for shape in shapes):
        raise PluginError(
            f"a per-sample op must return (H, W, C) arrays of one size, not {sorted(shapes)}"
        )
    stacked = torch.from_numpy(np.stack(changed)).to(images.device, images.dtype)
    return stacked.permute(0, 3, 1, 2).contiguous()
