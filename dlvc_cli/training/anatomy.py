"""A model taken apart without computing anything: its parameters, its head, its layers."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from dlvc_cli.errors import DlvcError
from dlvc_cli.registry import Choice
from dlvc_cli.training.freezing import split_network

__all__ = ["anatomy"]


def anatomy(model: Choice, num_classes: int) -> dict[str, Any]:
    """Return how large a model is with a number of classes, and what there is to freeze.

    Returns:
        ``classes``; ``parameter_count``, and ``trained_by_feature_extract`` of them; ``layers``,
        names that ``--freeze-until`` takes, from the input to the output. Where the model can't be
        built or taken apart, a ``problem`` instead.
    """
    try:
        # Shapes alone: nothing is drawn or allocated.
        with torch.device("meta"):
            network = model.build(num_classes=num_classes)
        _, head = split_network(model, network)
    except DlvcError as error:
        return {"problem": str(error)}
    return {
        "classes": num_classes,
        "parameter_count": sum(p.numel() for p in network.parameters()),
        "trained_by_feature_extract": sum(p.numel() for p in head.parameters()),
        "layers": _layers(network),
    }


def _layers(network: nn.Module) -> list[str]:
    """Layers with parameters; a sequence at the top is opened once."""
    names = []
    for name, module in network.named_children():
        inner = list(module.named_children()) if isinstance(module, nn.Sequential) else []
        opened = len(inner) > 2
        parts = [(f"{name}.{key}", part) for key, part in inner] if opened else [(name, module)]
        names += [key for key, part in parts if any(True for _ in part.parameters())]
    return names
