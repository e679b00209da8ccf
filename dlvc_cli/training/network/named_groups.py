"""What learns in a network, as optimisers get it: groups of parameters with their names."""

from __future__ import annotations

import copy
from itertools import chain
from typing import Any

from torch import nn

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.errors import DlvcError
from dlvc_cli.registry.offers import Choice, guarded
from dlvc_cli.training.network.freezing import Learning, split_network

__all__ = ["named_groups"]


def named_groups(learning: Learning, model: Choice, config: TrainConfig) -> list[dict[str, Any]]:
    """Return groups as ``OptimizerSpec`` has them: the head first, then pretrained layers.

    From scratch, and where the head alone is trained, all is one group.
    """
    trained = [(name, p) for name, p in learning.network.named_parameters() if p.requires_grad]
    head = _head_of(learning, model)
    groups: list[dict[str, Any]] = [{"params": trained, "lr": config.lr}]
    if learning.parts is not None and head is not None and config.lr_backbone is not None:
        groups = [
            {"params": [(n, p) for n, p in trained if n in head], "lr": config.lr},
            {"params": [(n, p) for n, p in trained if n not in head], "lr": config.lr_backbone},
        ]
    if head is not None:
        for group in groups:
            group["head"] = [name for name, _ in group["params"] if name in head]
    return [group for group in groups if group["params"]]


def _head_of(learning: Learning, model: Choice) -> set[str] | None:
    """The names of the head's parameters; None where the model can't be taken apart."""
    parts = learning.parts
    if parts is None:
        try:
            parts = split_network(model, guarded(model.offer, _twin, learning.network))
        # A model without parts can be trained from scratch.
        except DlvcError:
            return None
    head = {id(p) for p in parts[1].parameters()}
    return {name for name, p in learning.network.named_parameters() if id(p) in head}


def _twin(network: nn.Module) -> nn.Module:
    """The network over again, with the same tensors: a split may work in place."""
    tensors = chain(network.parameters(), network.buffers())
    return copy.deepcopy(network, {id(tensor): tensor for tensor in tensors})
