"""A model taken apart without computing anything: its parameters, its head, its layers."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from dlvc_cli.errors import DlvcError
from dlvc_cli.registry.registry import registry
from dlvc_cli.training.network.freezing import split_network

__all__ = ["describe_layers"]


def describe_layers(name: str, num_classes: int) -> dict[str, Any]:
    """Return how large a model is with a number of classes, and what there is to freeze.

    Returns:
        ``classes``; ``parameter_count``, and ``trained_by_feature_extract`` of them; ``layers``,
        names that ``--freeze-until`` takes, from the input to the output. Where the model can't be
        built or taken apart, a ``problem`` instead.
    """
    known: dict[str, Any] = {}
    try:
        model = registry().choose("models", name)
        # Shapes alone: nothing is drawn or allocated.
        with torch.device("meta"):
            network = model.build(num_classes=num_classes)
        count = sum(p.numel() for p in network.parameters())
        known = {"classes": num_classes, "parameter_count": count}
        parts = split_network(model, network)
    except DlvcError as error:
        return known | {"problem": str(error)}
    return known | {
        "trained_by_feature_extract": sum(p.numel() for p in parts[1].parameters()),
        "layers": _layers(network, {id(p) for part in parts for p in part.parameters()}),
    }


def _layers(network: nn.Module, used: set[int]) -> list[str]:
    """Layers with parameters that are ``used``; a sequence at the top is opened once."""
    names = []
    for name, module in network.named_children():
        inner = list(module.named_children()) if isinstance(module, nn.Sequential) else []
        opened = len(inner) > 2
        parts = [(f"{name}.{key}", part) for key, part in inner] if opened else [(name, module)]
        names += [key for key, part in parts if any(id(p) in used for p in part.parameters())]
    return names
