"""The network of a run: the model with its head."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from dlvc_cli.contract.suggestions import with_article
from dlvc_cli.errors import PluginError
from dlvc_cli.registry.offers import Choice
from dlvc_cli.training.network.freezing import split_network

__all__ = ["build_network", "split_outputs"]


def build_network(model: Choice, num_classes: int, dropout: float, seed: int) -> nn.Module:
    """Build a model for a number of classes, its weights drawn from a seed.

    Args:
        dropout: probability of dropout on what enters the head, 0 for none.
        seed: of its weights, for torch's generator.

    Raises:
        PluginError: the factory fails, returns no module, or one whose state cannot be saved.
    """
    torch.manual_seed(seed)
    network = model.build(num_classes=num_classes)
    if not isinstance(network, nn.Module):
        raise PluginError(f"{model.offer.name} must build a torch.nn.Module, not {network!r:.60}.")
    _refuse_unsavable(network, model)
    if dropout:
        _, head = split_network(model, network)
        called = set(network.modules())
        layer = next((module for module in head.modules() if module in called), None)
        if layer is None:
            raise PluginError(
                f"--dropout: {model.offer.name} has no head that it could act on. Leave it out."
            )
        # A hook leaves the module and so the names of its parameters as upstream has them.
        layer.register_forward_pre_hook(
            lambda module, inputs: (
                nn.functional.dropout(inputs[0], dropout, module.training),
                *inputs[1:],
            )
        )
    return network


def _refuse_unsavable(network: nn.Module, model: Choice) -> None:
    for name, value in network.state_dict().items():
        if not isinstance(value, Tensor):
            raise PluginError(
                f"model {model.offer.described} has {with_article(type(value).__name__)} called "
                f"{name} in its state, and a file of weights holds tensors alone: make it a buffer."
            )


def split_outputs(outputs: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, Tensor | None]:
    """Return (logits, auxiliary logits or None) of what a network returns."""
    if isinstance(outputs, Tensor):
        return outputs, None
    return outputs[0], outputs[1]
