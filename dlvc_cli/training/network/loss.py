"""What training minimises and how: loss and optimiser."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import BadOption, DlvcError, PluginError
from dlvc_cli.registry.registry import Choice, describe, guarded
from dlvc_cli.training.network.build import split_outputs
from dlvc_cli.training.network.freezing import Learning

__all__ = ["Objective", "build_optimizer"]


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
        mean: Callable[[Tensor], Tensor] = torch.mean,
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

    def try_on(self, num_classes: int) -> None:
        """Compute the loss of two made-up predictions, before any work is done.

        Raises:
            BadOption: the loss doesn't fit this number of classes.
            PluginError: it breaks the contract.
        """
        name = self._choice.offer.described
        logits = torch.zeros(2, num_classes)
        indices = torch.zeros(2, dtype=torch.int64)
        probabilities = torch.full((2, num_classes), 1 / num_classes)
        for targets in (indices, probabilities):
            losses = self.each(logits, targets)
            if not isinstance(losses, Tensor) or losses.shape != (2,):
                shape = tuple(getattr(losses, "shape", ()))
                raise PluginError(f"{name} must give one loss a sample, (N,), not {shape}.")


def build_optimizer(
    optimizer: Choice, learning: Learning, config: TrainConfig
) -> torch.optim.Optimizer:
    """Build the optimiser of what learns in a network; each group keeps its ``initial_lr``.

    Raises:
        BadOption: it refuses these parameters or settings.
    """
    assert config.lr is not None, "a resolved configuration has a learning rate"
    groups = learning.groups(config.lr, config.lr_backbone)
    try:
        built = optimizer.spec.build(
            groups, lr=config.lr, weight_decay=config.wd, **optimizer.values
        )
    except DlvcError:
        raise
    except (TypeError, ValueError, RuntimeError) as error:
        raise BadOption(f"optimizer {optimizer.offer.name}: {describe(error)}") from error
    if not isinstance(built, torch.optim.Optimizer):
        raise PluginError(f"{optimizer.offer.name} must build a torch.optim.Optimizer.")
    for group in built.param_groups:
        group.setdefault("initial_lr", group["lr"])
    return built
