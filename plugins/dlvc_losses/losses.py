"""Losses on logits (N, classes) and targets, class indices (N,) or probabilities (N, classes).

Each returns (N,), one value for each sample, in float32 or better whatever autocast is on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from dlvc_losses.class_weights import ClassWeights

__all__ = ["bce", "cross_entropy", "focal"]

Loss = Callable[[Tensor, Tensor], Tensor]


def cross_entropy(smoothing: float = 0.0, weights: Sequence[float] | None = None) -> Loss:
    """Cross entropy of the softmax, as ``torch.nn.functional.cross_entropy`` defines it.

    Smoothing replaces the target t by (1 - s) t + s / classes (Szegedy et al., "Rethinking the
    Inception architecture for computer vision", CVPR 2016). A class weight multiplies the term of
    its class. The average over a batch is a plain one (torch's ``mean`` divides by the sum of the
    samples' weights instead), so weights that average 1 keep the scale of the learning rate.

    Raises:
        BadOption: when the loss is called, if there are not as many weights as classes.
    """
    class_weights = _class_weights(weights, "loss cross_entropy: weights")

    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        logits = _full_precision(logits)
        weight = class_weights.like(logits) if class_weights else None
        if targets.ndim == 2:
            targets = targets.to(logits.dtype)
        return functional.cross_entropy(
            logits, targets, weight=weight, reduction="none", label_smoothing=smoothing
        )

    return loss


def focal(gamma: float = 2.0, alpha: Sequence[float] | None = None) -> Loss:
    """Focal loss, the sum over classes of -alpha t (1 - p)^gamma log p, p being the softmax.

    The multi-class form of Lin et al., "Focal loss for dense object detection", ICCV 2017. There
    alpha weighs the positive class and 1 - alpha the negative one; here it is a weight for each
    class (``alpha=0.75/0.25`` with the negative class first).

    Raises:
        BadOption: when the loss is called, if there are not as many weights as classes.
    """
    class_weights = _class_weights(alpha, "loss focal: alpha")

    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        logits = _full_precision(logits)
        log_p = logits.log_softmax(dim=1)
        # Held above 0, since the slope of a power below 1 is infinite there.
        rest = (-log_p.expm1()).clamp_min(torch.finfo(log_p.dtype).tiny)
        terms = -_probabilities(targets, logits) * rest**gamma * log_p
        if class_weights:
            terms = terms * class_weights.like(logits)
        return terms.sum(dim=1)

    return loss


def bce() -> Loss:
    """Binary cross entropy of the sigmoid of each class against the rest, averaged over classes."""

    def loss(logits: Tensor, targets: Tensor) -> Tensor:
        logits = _full_precision(logits)
        return functional.binary_cross_entropy_with_logits(
            logits, _probabilities(targets, logits), reduction="none"
        ).mean(dim=1)

    return loss


def _class_weights(values: Sequence[float] | None, owner: str) -> ClassWeights | None:
    return ClassWeights(values, owner) if values is not None else None


def _full_precision(logits: Tensor) -> Tensor:
    return logits.to(torch.promote_types(logits.dtype, torch.float32))


def _probabilities(targets: Tensor, logits: Tensor) -> Tensor:
    """Return targets of either form as probabilities (N, classes) of the logits' dtype."""
    if targets.ndim == 1:
        targets = functional.one_hot(targets, logits.shape[1])
    return targets.to(logits.dtype)
