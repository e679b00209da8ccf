"""Loss and predictions of a network over a whole split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dlvc_cli.training.data.pipeline import Pipeline
from dlvc_cli.training.network.build import split_outputs
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.runtime import Runtime

__all__ = ["Evaluation", "evaluate", "logits_of"]


@dataclass(frozen=True)
class Evaluation:
    """What a network does on a split.

    Attributes:
        loss: mean over all samples.
        predicted, targets: class indices int64 (N,), on the CPU.
    """

    loss: float
    predicted: Tensor
    targets: Tensor

    @property
    def accuracy(self) -> float:
        """Correct over total, for the whole split."""
        return self._correct(0, len(self.targets))

    def last_batch_accuracy(self, batch_size: int) -> float:
        """Accuracy on the last full batch alone (on the whole split where none is full)."""
        full = len(self.targets) // batch_size
        if not full:
            return self.accuracy
        return self._correct((full - 1) * batch_size, full * batch_size)

    def confusion(self, num_classes: int) -> Tensor:
        """Return counts int64 (classes, classes): row the true class, column the predicted."""
        cells = self.targets * num_classes + self.predicted
        return cells.bincount(minlength=num_classes**2).view(num_classes, num_classes)

    def _correct(self, start: int, stop: int) -> float:
        hits = self.predicted[start:stop] == self.targets[start:stop]
        return int(hits.sum()) / (stop - start)


@torch.inference_mode()
def logits_of(network: nn.Module, images: Tensor, pipeline: Pipeline, runtime: Runtime) -> Tensor:
    """Return float32 logits (N, classes) for uint8 images (N, 3, H, W); evaluation mode is on."""
    inputs = pipeline.evaluation(images.to(runtime.device, non_blocking=True))
    logits, _ = split_outputs(runtime.call(network, inputs))
    return logits.float()


@torch.inference_mode()
def evaluate(
    logits: Callable[[int, int], Tensor], targets: Tensor, objective: Objective, batch_size: int
) -> Evaluation:
    """Evaluate on a whole split.

    The last batch may be smaller and counts in full: the loss is the mean over samples.

    Args:
        logits: gives (N, classes) of the rows from ``start`` to ``stop``; evaluation mode is on.
        targets: class indices of all rows, on the device.
    """
    total = torch.zeros((), dtype=torch.float32, device=targets.device)
    predicted = []
    for start in range(0, len(targets), batch_size):
        stop = min(start + batch_size, len(targets))
        batch = logits(start, stop)
        total += objective.each(batch, targets[start:stop]).sum()
        predicted.append(batch.argmax(1))
    return Evaluation(
        loss=float(total) / len(targets),
        predicted=torch.cat(predicted).cpu(),
        targets=targets.cpu(),
    )
