"""Models taken apart into features and head, which share the model's own parameters."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from torch import nn

__all__ = ["split_at", "split_inception", "split_last_linear", "split_squeezenet"]


def split_at(model: nn.Module, path: str) -> tuple[nn.Module, nn.Module]:
    """Return (features, head) of a model that ends with the layer at ``path``.

    The head is that layer; features is the model over again with an identity in the layer's
    place. Nothing is copied: layers, parameters and their names are the model's own, and the
    head's parameters are not among those of features. Only the switch between training and
    evaluation is a separate one: call ``train`` and ``eval`` on what is run.

    Args:
        model: a native module.
        path: the layer's place among the model's modules, dotted (``classifier.6``).
    """
    return _replaced(model, path.split("."), nn.Identity()), model.get_submodule(path)


def _replaced(module: nn.Module, path: Sequence[str], layer: nn.Module) -> nn.Module:
    """Return ``module`` with another layer at ``path``, sharing all the others."""
    name, *rest = path
    twin = copy.copy(module)
    twin._modules = module._modules.copy()
    twin._modules[name] = _replaced(module.get_submodule(name), rest, layer) if rest else layer
    return twin


def split_last_linear(model: nn.Module) -> tuple[nn.Module, nn.Module]:
    """Return (features, head) of a model that ends with its last linear layer."""
    linear = [name for name, layer in model.named_modules() if isinstance(layer, nn.Linear)]
    return split_at(model, linear[-1])


def split_inception(model: nn.Module) -> tuple[nn.Module, nn.Module]:
    """Return (features, head) of torchvision's Inception v3, without its auxiliary head.

    So ``head(features(x))`` is a plain tensor of logits in training too.
    """
    # Not a Module: torch types all attributes of one as tensors or modules.
    features: Any
    features, head = split_last_linear(model)
    features._modules["AuxLogits"] = None
    features.aux_logits = False
    return features, head


def split_squeezenet(model: nn.Module) -> tuple[nn.Module, nn.Module]:
    """Return (features, head) of torchvision's SqueezeNet, which pools after its last layer.

    Features are maps (N, 512, H, W); the head is dropout, 1x1 convolution, ReLU and pooling.
    """
    head = OrderedDict(classifier=model.get_submodule("classifier"), flatten=nn.Flatten(1))
    return model.get_submodule("features"), nn.Sequential(head)
