"""The last map of a network: features that still lie where they lie in the image.

What modules give is not enough: a network may call functions, and the map before a function such
as ReLU is not the one that its head is told of. So all calls of torch's functions are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from dlvc_cli.errors import DlvcError

__all__ = ["LastMap", "NoMap", "last_map", "probed"]

# Images that are tried: no weights have so many rows.
_TRIED = 3


class NoMap(DlvcError):
    """A network has no map (N, C, H, W) before its head."""


@dataclass(frozen=True)
class LastMap:
    """A network's last map.

    Attributes:
        call: the number of the call that gives it, of those that give tensors of four dimensions.
        name: of the module that makes the call; of the function where that is the network itself.
        channels: of the map.
        size: its height and width.
        channels_last: whether it is (N, H, W, C).
    """

    call: int
    name: str
    channels: int
    size: tuple[int, int]
    channels_last: bool = False


@dataclass(frozen=True)
class _Call:
    """A call of a function that gives a tensor of images.

    Attributes:
        number: of those that give tensors of four dimensions; of others, that of the next.
    """

    number: int
    function: str
    module: str
    shape: tuple[int, ...]


def last_map(features: nn.Module, inputs: Tensor) -> LastMap:
    """Find the last map of more than one place that a network makes before its head.

    A map of one place is pooled: it says nothing of where. Nor does what is pooled to a size of
    its own, which may be one place repeated.

    Args:
        features: the part before the head, or the whole network, in evaluation mode.
        inputs: a normalised image (1, 3, H, W).

    Raises:
        NoMap: the last that has places is no map, but tokens, for example.
    """
    image = tuple(inputs.shape[2:])
    for call in reversed(_calls_of(features, inputs)):
        if len(call.shape) == 3 and call.shape[1] > 1:
            raise NoMap(
                f"the last features that have places ({call.module or call.function}) are "
                f"{call.shape[1]} tokens, not a map (N, C, H, W)."
            )
        pooled = (1, 1) in (call.shape[1:3], call.shape[2:]) or "adaptive" in call.function
        # Padded for the next layer, what is there already.
        if call.function == "pad":
            continue
        if len(call.shape) != 4 or pooled:
            continue
        name = call.module or call.function
        _, one, two, three = call.shape
        if _lies_as((two, three), image):
            return LastMap(call.number, name, one, (two, three))
        if _lies_as((one, two), image):
            return LastMap(call.number, name, three, (one, two), channels_last=True)
        raise NoMap(
            f"the last features that have places ({name}) are {one} x {two} x {three}, which is no "
            "map of the image."
        )
    raise NoMap("nothing in it is a map (N, C, H, W) of more than one place.")


def _lies_as(places: tuple[int, ...], image: tuple[int, ...]) -> bool:
    """Whether height and width of a map are in proportion to those of the image, to a place."""
    (height, width), (tall, wide) = places, image
    return height <= tall and width <= wide and abs(height - width * tall / wide) <= 1


def _calls_of(features: nn.Module, inputs: Tensor) -> list[_Call]:
    """Return the calls that give tensors of images, of three or four dimensions, in their order."""
    tried = inputs[:1].repeat(_TRIED, 1, 1, 1).requires_grad_()
    calls: list[_Call] = []
    with _modules_under_way(features) as inside:

        def note(number: int, function: str, result: Tensor) -> Tensor:
            if result.ndim in (3, 4) and len(result) == _TRIED:
                calls.append(_Call(number, function, inside[-1], tuple(result.shape)))
            return result

        with torch.enable_grad(), _EachCall(note):
            features(tried)
    return calls


def probed(network: nn.Module, layer: LastMap) -> tuple[Callable[[Tensor], Any], nn.Module]:
    """Return a network that hands its last map (N, C, H, W) through a module, and that module.

    Args:
        network: begins with the features that the map was found in.
    """
    probe = nn.Identity()

    def through(number: int, function: str, result: Tensor) -> Tensor:
        if number != layer.call or result.ndim != 4:
            return result
        if layer.channels_last:
            return probe(result.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        handed: Tensor = probe(result)
        return handed

    def call(inputs: Tensor) -> Any:
        with _EachCall(through):
            return network(inputs)

    return call, probe


class _EachCall(TorchFunctionMode):
    """Shows what each call of a torch function gives, and may replace it.

    Args:
        show: is given the number of the call, of those that give tensors of four dimensions, the
            function's name, and the tensor.
    """

    def __init__(self, show: Callable[[int, str, Tensor], Tensor]) -> None:
        super().__init__()
        self._show = show
        self._number = 0

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if not isinstance(result, Tensor):
            return result
        shown = self._show(self._number, getattr(func, "__name__", "a function"), result)
        self._number += result.ndim == 4
        return shown


@contextmanager
def _modules_under_way(features: nn.Module) -> Iterator[list[str]]:
    """The names of modules that are being called, the innermost last; the first is empty."""
    inside = [""]
    handles = []
    for name, module in features.named_modules():
        if not name:
            continue

        def enter(module: nn.Module, inputs: object, name: str = name) -> None:
            inside.append(name)

        def leave(module: nn.Module, inputs: object, output: object) -> None:
            inside.pop()

        handles += [module.register_forward_pre_hook(enter), module.register_forward_hook(leave)]
    try:
        yield inside
    finally:
        for handle in handles:
            handle.remove()
