"""What each layer makes of an image, and at what cost: a network run on shapes alone.

Nothing is computed: tensors of the device ``meta`` have shapes and no values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

__all__ = ["Passed", "run_on_shapes"]


@dataclass(frozen=True)
class Passed:
    """What a layer did in one forward pass in evaluation mode.

    Attributes:
        output: the shape of what it returned last, without the batch's 1; None of no tensor.
        multiply_adds: of its convolutions, linear layers and attention, over all its calls.
    """

    output: tuple[int, ...] | None
    multiply_adds: int


def run_on_shapes(network: nn.Module, size: tuple[int, int]) -> dict[nn.Module, Passed]:
    """Run a network of the device ``meta`` on one image; its gradients are switched off for good.

    Args:
        size: height and width of the image in pixels.

    Returns:
        What each module did that was called, the network itself among them.

    Raises:
        Exception: whatever the network raises.
    """
    outputs: dict[nn.Module, tuple[int, ...] | None] = {}
    spent: dict[nn.Module, int] = defaultdict(int)
    # The counter's own way to tell modules apart is at a loss where gradients are.
    network.requires_grad_(False).eval()
    counter = FlopCounterMode(display=False)

    def enter(module: nn.Module, inputs: Any) -> None:
        spent[module] -= counter.get_total_flops()

    def leave(module: nn.Module, inputs: Any, output: Any) -> None:
        spent[module] += counter.get_total_flops()
        outputs[module] = _shape(output)

    handles = [module.register_forward_pre_hook(enter) for module in network.modules()]
    handles += [module.register_forward_hook(leave) for module in network.modules()]
    try:
        with torch.device("meta"), counter, torch.no_grad():
            network(torch.zeros(1, 3, *size))
    finally:
        for handle in handles:
            handle.remove()
    # A multiplication and an addition are two operations.
    return {module: Passed(shape, spent[module] // 2) for module, shape in outputs.items()}


def _shape(output: Any) -> tuple[int, ...] | None:
    """The shape of a tensor, or of the first in what a layer returns."""
    if isinstance(output, Tensor):
        shape = tuple(output.shape)
        return shape[1:] if shape[:1] == (1,) else shape
    inner: Iterable[Any] = ()
    if isinstance(output, dict):
        inner = output.values()
    elif isinstance(output, tuple | list):
        inner = output
    return next((shape for shape in map(_shape, inner) if shape is not None), None)
