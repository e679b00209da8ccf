"""A model taken apart without computing anything: its layers, parameters, shapes, and head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from dlvc_cli.config.train import TrainConfig
from dlvc_cli.contract.params import size as parse_size
from dlvc_cli.contract.specs import ModelSpec
from dlvc_cli.errors import DlvcError, cause_of, out_of_memory
from dlvc_cli.registry.offers import Choice
from dlvc_cli.registry.registry import registry
from dlvc_cli.training.network.freezing import split_network, what_learns
from dlvc_cli.training.network.shapes import Passed, run_on_shapes

__all__ = ["describe_layers"]


def describe_layers(config: TrainConfig, classes: int) -> dict[str, Any]:
    """Return a model's layers, how large it is, and what there is to freeze.

    Args:
        config: which model, its ``image_size`` (None for the model's own), and what is frozen.
        classes: how many its head tells apart.

    Returns:
        ``classes``, ``parameter_count``, ``bytes`` (of its state as 32-bit floats);
        ``trained_by_feature_extract`` of the parameters; ``layers``, names that ``--freeze-until``
        takes, from the input to the output; ``trained``, parameters that ``config`` leaves to be
        trained; ``image_size``, height and width; ``multiply_adds``; and ``modules``: of each
        ``name``, ``type``, ``depth`` (from 1), ``output`` (its shape without the batch; None where
        it isn't called outside training), ``parameters``, ``trained`` of them, ``multiply_adds``.
        What can't be found out is missing, and ``problem`` says why.

    Raises:
        BadOption: there is no such layer to freeze up to.
    """
    known: dict[str, Any] = {}
    name = config.model
    model = registry().find("models", registry().split_name("models", name)[0]).spec
    size = parse_size(config.image_size) if config.image_size else (model.input_size,) * 2
    try:
        choice = registry().choose("models", name)
        # Shapes alone: nothing is drawn or allocated.
        with torch.device("meta"):
            network = choice.build(num_classes=classes)
            known |= {"classes": classes} | _size_of(network)
            parts = split_network(choice, network)
    except DlvcError as error:
        known["problem"] = str(error)
        if "parameter_count" not in known:
            return known
    else:
        known |= {
            "trained_by_feature_extract": sum(p.numel() for p in parts[1].parameters()),
            "layers": _layers(network, {id(p) for part in parts for p in part.parameters()}),
        }
        with torch.device("meta"):
            what_learns(config, choice, network)
    return known | _modules(network, choice, size, known.get("problem"))


def _size_of(network: nn.Module) -> dict[str, Any]:
    state = network.state_dict().values()
    return {
        "parameter_count": sum(p.numel() for p in network.parameters()),
        "bytes": sum(4 * tensor.numel() for tensor in state),
    }


def _modules(
    network: nn.Module, model: Choice, size: tuple[int, int], problem: str | None
) -> dict[str, Any]:
    """Run the network and return its modules, and what they sum up to."""
    trained = {id(p) for p in network.parameters() if p.requires_grad}
    passed: Mapping[nn.Module, Passed] = {}
    totals: dict[str, Any] = {"image_size": list(size), "trained": _count(network, trained)}
    try:
        passed = run_on_shapes(network, size)
        totals["multiply_adds"] = passed[network].multiply_adds
    except Exception as error:
        if out_of_memory(error):
            raise
        spec: ModelSpec = model.spec
        least = f" It takes {spec.min_size} or more." if min(size) < spec.min_size else ""
        fails = (
            f"It fails on an image of {size[0]}x{size[1]} pixels, so there are no shapes "
            f"({cause_of(error):.160}).{least}"
        )
        totals["problem"] = fails if problem is None else f"{problem} {fails}"
    rows = [
        {
            "name": name,
            "type": type(module).__name__,
            "depth": name.count(".") + 1,
            "output": list(passed[module].output or ()) or None if module in passed else None,
            "parameters": _count(module),
            "trained": _count(module, trained),
            "multiply_adds": passed[module].multiply_adds if module in passed else None,
        }
        for name, module in network.named_modules()
        if name
    ]
    return totals | {"modules": rows}


def _count(module: nn.Module, among: set[int] | None = None) -> int:
    return sum(p.numel() for p in module.parameters() if among is None or id(p) in among)


def _layers(network: nn.Module, used: set[int]) -> list[str]:
    """Layers with parameters that are ``used``; a sequence at the top is opened once."""
    names = []
    for name, module in network.named_children():
        inner = list(module.named_children()) if isinstance(module, nn.Sequential) else []
        opened = len(inner) > 2
        parts = [(f"{name}.{key}", part) for key, part in inner] if opened else [(name, module)]
        names += [key for key, part in parts if any(id(p) in used for p in part.parameters())]
    return names
