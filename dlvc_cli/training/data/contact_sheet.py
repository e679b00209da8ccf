"""What a network sees of a few training images: as they are, and as epochs draw them anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from dlvc_cli.contract.batch import Batch
from dlvc_cli.registry.offers import Choice
from dlvc_cli.training.data.applied_op import build_ops

__all__ = ["ContactSheet", "contact_sheet"]


@dataclass(frozen=True)
class ContactSheet:
    """Images as training draws them.

    Attributes:
        drawn: uint8 (N, epochs, H, W, 3).
        mixing: names of ops that change targets, and so mix images or may do so.
    """

    drawn: NDArray[np.uint8]
    mixing: tuple[str, ...]


def contact_sheet(
    images: NDArray[np.uint8],
    targets: Sequence[int],
    choices: Sequence[Choice],
    *,
    classes: int,
    seed: int,
    epochs: int,
) -> ContactSheet:
    """Return images after a run's ops, drawn as training draws them.

    Ops that mix images take their partners from these images, not from a batch of the training,
    so that what they make is not what training made.

    Args:
        images: the first of the training split, (N, H, W, 3), at the size that the run stores.
        targets: class indices (N,).
        choices: the run's ops.
        classes: how many there are.
        seed: of the run.
        epochs: how many, from the first.

    Raises:
        PluginError: an op fails.
    """
    ops = build_ops(choices)
    floats = torch.from_numpy(images).permute(0, 3, 1, 2).float().div(255)
    # A sample's id is its row in the training split.
    ids = torch.arange(len(images))
    drawn = []
    mixing: dict[str, None] = {}
    for epoch in range(epochs):
        batch = Batch(floats.clone(), torch.tensor(targets), ids, classes)
        for op in ops:
            before = batch.targets
            batch = op.run(batch, seed, epoch, training=True)
            if batch.targets is not before:
                mixing[op.choice.offer.name] = None
        drawn.append(batch.images.clamp(0, 1).mul(255).round().byte().permute(0, 2, 3, 1))
    return ContactSheet(torch.stack(drawn, 1).numpy(), tuple(mixing))
