"""What training minimises: the loss of a network's outputs."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from dlvc_cli.registry.offers import Choice, guarded
from dlvc_cli.training.network.build import split_outputs

__all__ = ["Objective"]


class Objective:
    """The loss of a network's outputs.

    Args:
        loss: the loss plugin.
        aux_weight: weight of the auxiliary head's loss.
    """

    def __init__(self, loss: Choice, aux_weight: float) -> None:
        self._loss: Callable[[Tensor, Tensor], Tensor] = loss.build()
        self._choice = loss
        self._aux_weight = aux_weight

    def each(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Return the loss of each sample (N,), in float32."""
        losses: Tensor = guarded(self._choice.offer, self._loss, logits.float(), targets)
        return losses

    def __call__(
        self,
        outputs: Tensor | tuple[Tensor, ...],
        targets: Tensor,
        mean: Callable[[Tensor], Tensor],
    ) -> Tensor:
        """Return the mean loss, the weighted auxiliary loss included.

        Args:
            mean: of the losses of the samples (N,).
        """
        logits, aux = split_outputs(outputs)
        loss = mean(self.each(logits, targets))
        if aux is not None and self._aux_weight:
            loss = loss + self._aux_weight * mean(self.each(aux, targets))
        return loss
