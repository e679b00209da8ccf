"""What a network sees of a few training images: as they are, and as epochs draw them anew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from dlvc_cli.contract.batch import Batch
from dlvc_cli.registry.offers import Choice
from dlvc_cli.training.data.applied_op import build_ops

__all__ = ["contact_sheet"]


def contact_sheet(
    images: NDArray[np.uint8],
    targets: Sequence[int],
    choices: Sequence[Choice],
    *,
    classes: int,
    seed: int,
    epochs: int,
) -> NDArray[np.uint8]:
    """Return images after a run's ops, uint8 (N, epochs, H, W, 3), drawn as training draws them.

    Ops that mix images take their partners from these images, not from a batch of the training.

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
    for epoch in range(epochs):
        batch = Batch(floats.clone(), torch.tensor(targets), ids, classes)
        for op in ops:
            batch = op.run(batch, seed, epoch, training=True)
        drawn.append(batch.images.clamp(0, 1).mul(255).round().byte().permute(0, 2, 3, 1))
    return torch.stack(drawn, 1).numpy()
