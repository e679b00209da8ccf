"""What a network draws for a part of a batch, as one process draws it for the whole.

Dropout and its kin draw numbers for each row of what they are given, in order, from one generator.
Of several processes that share a batch, each draws for the whole batch and takes its own rows, so
that a run is the same in any number of processes, on a CPU to the bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

__all__ = ["WholeBatchDraws"]

_Function = Callable[..., Any]

# Take (input, p, training, inplace): a number of a mask for each number, or for each channel.
_DROPOUTS: frozenset[_Function] = frozenset(
    (functional.dropout, functional.dropout1d, functional.dropout2d, functional.dropout3d)
)
# Take (input, p, training).
_INNER_DROPOUTS: frozenset[_Function] = frozenset((torch.dropout, torch.feature_dropout))
# Draw into a tensor that is there (stochastic depth, as timm and torchvision have it).
_IN_PLACE: frozenset[_Function] = frozenset(
    (Tensor.bernoulli_, Tensor.uniform_, Tensor.normal_, Tensor.exponential_)
)
_LIKE: frozenset[_Function] = frozenset((torch.rand_like, torch.randn_like))
_SHAPED: frozenset[_Function] = frozenset((torch.rand, torch.randn))


class WholeBatchDraws(TorchFunctionMode):
    """A context in which what is drawn for a part of a batch is a part of what the whole draws.

    Tensors are taken for the part's whose first dimension is its rows, or a multiple of them (as
    windows of images are); parameters are not. For any other the same is drawn in every process.

    Args:
        count: rows of the whole batch.
        part: of it: one row at least.
    """

    def __init__(self, count: int, part: slice) -> None:
        super().__init__()
        self._count, self._start, self._stop = count, part.start, part.stop

    def __torch_function__(
        self,
        func: _Function,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a function of torch: as it is, or for the whole batch where it draws."""
        named = dict(kwargs or {})
        if func in _DROPOUTS or func in _INNER_DROPOUTS:
            return self._dropout(func, args, named)
        if func in _SHAPED:
            return self._shaped(func, args, named)
        if func in _IN_PLACE and self._is_of_rows(args[0]):
            given, *rest = args
            return given.copy_(self._own(func(self._like(given), *rest, **named)))
        if func in _LIKE and self._is_of_rows(args[0]):
            given, *rest = args
            return self._own(func(self._like(given), *rest, **named))
        return func(*args, **named)

    def _dropout(self, func: _Function, args: Sequence[Any], named: dict[str, Any]) -> Any:
        values = dict(zip(("input", "p", "training", "inplace"), args, strict=False), **named)
        given = values["input"]
        training = values.get("training", values.get("train", True))
        if not training or not self._is_of_rows(given):
            return func(*args, **named)
        with torch.no_grad():
            mask = self._own(func(self._like(given).fill_(1), values.get("p", 0.5), True))
        return given.mul_(mask) if values.get("inplace") else given * mask

    def _shaped(self, func: _Function, args: Sequence[Any], named: dict[str, Any]) -> Any:
        size = named.pop("size", args[0] if len(args) == 1 else args)
        size = (size,) if isinstance(size, int) else tuple(size)
        if not size or not self._is_rows(size[0]):
            return func(size, **named)
        return self._own(func((self._whole(size[0]), *size[1:]), **named))

    def _is_of_rows(self, given: Any) -> bool:
        return (
            isinstance(given, Tensor)
            and not isinstance(given, nn.Parameter)
            and given.ndim > 0
            and self._is_rows(len(given))
        )

    def _is_rows(self, length: int) -> bool:
        return length > 0 and length % (self._stop - self._start) == 0

    def _whole(self, length: int) -> int:
        return length // (self._stop - self._start) * self._count

    def _like(self, given: Tensor) -> Tensor:
        """Room for the whole batch, in the given's order of memory, in which numbers are drawn."""
        size = (self._whole(len(given)), *given.shape[1:])
        strides: Sequence[int] = given.stride()
        order = sorted(range(given.ndim), key=lambda axis: -strides[axis])
        if given.is_contiguous():
            order = list(range(given.ndim))
        return torch.empty_permuted(size, order, dtype=given.dtype, device=given.device)

    def _own(self, whole: Tensor) -> Tensor:
        each = len(whole) // self._count
        return whole[self._start * each : self._stop * each].clone()
