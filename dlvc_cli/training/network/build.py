"""The network of a run: the model with its head, and its weights in a file."""

from __future__ import annotations

from pathlib import Path

import safetensors.torch
import torch
from torch import Tensor, nn

from dlvc_cli.errors import PluginError, RunError, cause_of
from dlvc_cli.files import replace_file
from dlvc_cli.registry.offers import Choice
from dlvc_cli.training.network.freezing import split_network

__all__ = [
    "build_network",
    "restore_weights",
    "save_weights",
    "split_outputs",
]


def build_network(model: Choice, num_classes: int, dropout: float, seed: int) -> nn.Module:
    """Build a model for a number of classes, its weights drawn from a seed.

    Args:
        dropout: probability of dropout on what enters the head, 0 for none.
        seed: of its weights, for torch's generator.

    Raises:
        PluginError: the factory fails or returns no module.
    """
    torch.manual_seed(seed)
    network = model.build(num_classes=num_classes)
    if not isinstance(network, nn.Module):
        raise PluginError(f"{model.offer.name} must build a torch.nn.Module, not {network!r:.60}.")
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


def split_outputs(outputs: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, Tensor | None]:
    """Return (logits, auxiliary logits or None) of what a network returns."""
    if isinstance(outputs, Tensor):
        return outputs, None
    return outputs[0], outputs[1]


def save_weights(network: nn.Module, file: Path) -> None:
    """Write the network's weights as safetensors, whole or not at all."""
    tensors = {name: value.contiguous() for name, value in network.state_dict().items()}
    data = safetensors.torch.save(_without_shared(tensors))
    with replace_file(file) as handle:
        handle.write(data)


def _without_shared(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Copy tensors that share memory with an earlier one: the format has no aliases."""
    seen: set[int] = set()
    separate = {}
    for name, tensor in tensors.items():
        shared = tensor.numel() > 0 and tensor.data_ptr() in seen
        separate[name] = tensor.clone() if shared else tensor
        seen.add(tensor.data_ptr())
    return separate


def restore_weights(network: nn.Module, file: Path) -> None:
    """Read back what :func:`save_weights` wrote.

    Raises:
        RunError: the file is missing, damaged, or of another network.
    """
    try:
        network.load_state_dict(safetensors.torch.load_file(file))
    except FileNotFoundError:
        raise RunError(f"{file} is missing: the run has no finished epoch yet.") from None
    except Exception as error:
        raise RunError(f"{file} cannot be loaded: {cause_of(error)}") from error
