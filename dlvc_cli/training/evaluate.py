"""Loss and predictions of a network over a whole split."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from dlvc_cli.config.tta import tta_text
from dlvc_cli.runs.predictions import Predictions, digest_of_names
from dlvc_cli.training.averaged import averaged, shown_variants
from dlvc_cli.training.data.pipeline import Pipeline
from dlvc_cli.training.network.build import split_outputs
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.runtime import Runtime

__all__ = ["Evaluation", "count_correct", "evaluate", "hits", "logits_of", "predictions"]


@dataclass(frozen=True)
class Evaluation:
    """What a network does on a split.

    Attributes:
        loss: mean over all samples.
        probabilities: softmax float32 (N, classes), on the CPU; NaN where the logits are no finite
            numbers.
        predicted: class indices int64 (N,), on the CPU; -1 where the logits are no finite numbers.
        targets: class indices int64 (N,), on the CPU.
    """

    loss: float
    probabilities: Tensor
    predicted: Tensor
    targets: Tensor

    @property
    def accuracy(self) -> float:
        """Correct over total, for the whole split."""
        return self._correct(0, len(self.targets))

    @property
    def balanced_accuracy(self) -> float:
        """The mean over the classes that occur of the share of their samples predicted right."""
        of_class = self.targets.bincount()
        right = self.targets[self.predicted == self.targets].bincount(minlength=len(of_class))
        occurs = of_class > 0
        return float((right[occurs].double() / of_class[occurs]).mean())

    @property
    def finite(self) -> bool:
        """Whether the loss and all logits are finite; only then the figures mean something."""
        return math.isfinite(self.loss) and not self.undecided

    @property
    def undecided(self) -> int:
        """How many samples have no prediction; they count as wrong."""
        return int((self.predicted < 0).sum())

    def last_batch_accuracy(self, batch_size: int) -> float:
        """Accuracy on the last full batch alone (on the whole split where none is full)."""
        full = len(self.targets) // batch_size
        if not full:
            return self.accuracy
        return self._correct((full - 1) * batch_size, full * batch_size)

    def kept(
        self, split: str, names: Sequence[str], epoch: int, tta: Sequence[str] = ()
    ) -> Predictions:
        """Return what the network says of each image, as a run keeps it.

        Args:
            names: of the images, in their order.
            epoch: that the network is of.
            tta: over which variants of an image it is averaged.
        """
        return Predictions(
            split=split,
            epoch=epoch,
            images=digest_of_names(names),
            targets=self.targets.to(torch.int32).numpy(),
            probabilities=self.probabilities.numpy(),
            tta=tta_text(tta),
        )

    def _correct(self, start: int, stop: int) -> float:
        hits = self.predicted[start:stop] == self.targets[start:stop]
        return int(hits.sum()) / (stop - start)


@torch.inference_mode()
def logits_of(
    network: nn.Module,
    images: Tensor,
    pipeline: Pipeline,
    runtime: Runtime,
    tta: tuple[str, ...] = (),
) -> Tensor:
    """Return float32 logits (N, classes) for uint8 images (N, 3, H, W); evaluation mode is on.

    Args:
        tta: over which variants of an image to average (see ``shown_variants``).
    """
    inputs = pipeline.evaluation(images.to(runtime.device, non_blocking=True))
    return averaged(
        [
            split_outputs(runtime.call(network, shown))[0].float()
            for shown in shown_variants(inputs, tta)
        ]
    )


def predictions(logits: Tensor) -> Tensor:
    """Return the class of each row of logits (N, classes), int64 (N,); -1 where one isn't finite.

    The largest of numbers of which one is NaN would be that one.
    """
    return torch.where(logits.isfinite().all(1), logits.argmax(1), -1)


def _softmax(logits: Tensor) -> Tensor:
    """The softmax of each row of logits (N, classes); NaN where one isn't finite."""
    finite = logits.isfinite().all(1, keepdim=True)
    return logits.softmax(1).where(finite, torch.nan)


def hits(logits: Tensor, targets: Tensor) -> Tensor:
    """Return how many rows of logits (N, classes) are predicted right, on the device.

    Args:
        targets: class indices (N,), or the shares of the classes (N, classes), of which the
            largest counts.
    """
    wanted = targets.argmax(1) if targets.ndim == 2 else targets
    return (predictions(logits) == wanted).sum()


@torch.inference_mode()
def evaluate(
    logits: Callable[[int, int], Tensor],
    targets: Tensor,
    num_classes: int,
    objective: Objective,
    batch_size: int,
    runtime: Runtime,
) -> Evaluation:
    """Evaluate on a whole split, of which each process takes its part; all get the same.

    The last batch may be smaller and counts in full: the loss is the mean over samples.

    Args:
        logits: gives (N, classes) of the rows from ``start`` to ``stop``; evaluation mode is on.
        targets: class indices of all rows, on the device.
        num_classes: of the logits.
        batch_size: rows at a time, of all processes together.
    """
    # Rows of other processes stay zero here, so that the sum puts each row in its place.
    losses = torch.zeros(len(targets), dtype=torch.float32, device=targets.device)
    probabilities = torch.zeros(len(targets), num_classes, device=targets.device)
    predicted = torch.zeros_like(targets)
    for first in range(0, len(targets), batch_size):
        start, stop = runtime.shard(first, min(first + batch_size, len(targets)))
        if start < stop:
            batch = logits(start, stop)
            losses[start:stop] = objective.each(batch, targets[start:stop])
            predicted[start:stop] = predictions(batch)
            probabilities[start:stop] = _softmax(batch)
    losses, predicted = runtime.sum(losses), runtime.sum(predicted)
    probabilities = runtime.sum(probabilities)
    total = torch.zeros((), dtype=torch.float32, device=targets.device)
    for batch in losses.split(batch_size):
        total += batch.sum()
    return Evaluation(
        loss=float(total) / len(targets),
        probabilities=probabilities.cpu(),
        predicted=predicted.cpu(),
        targets=targets.cpu(),
    )


@torch.inference_mode()
def count_correct(logits: Callable[[int, int], Tensor], targets: Tensor, runtime: Runtime) -> int:
    """Return how many rows are predicted right, of which each process takes its part.

    Args:
        logits: as :func:`evaluate` takes it.
        targets: class indices of the rows from 0, on the device.
    """
    start, stop = runtime.shard(0, len(targets))
    correct = torch.zeros((), dtype=torch.int64, device=targets.device)
    if start < stop:
        correct = hits(logits(start, stop), targets[start:stop])
    return int(runtime.sum(correct))
