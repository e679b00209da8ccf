"""States as values that a checkpoint can hold and give back without running code from a file.

Those are numbers, text, bytes, None, tensors, and lists, tuples, sets and dictionaries of these.
NumPy's numbers and arrays travel as tensors, and come back as what they were: a step computed with
a ``numpy.float32`` differs from one with a ``float`` in the last digits.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlvc_cli.contract.suggestions import with_article
from dlvc_cli.errors import PluginError

__all__ = ["from_plain", "same_state", "to_plain"]

# As they are: what torch.load(weights_only=True) builds.
_AS_THEY_ARE = (
    type(None), bool, int, float, complex, str, bytes,
    Tensor, torch.nn.Parameter, torch.dtype, torch.device, torch.Size,
)  # fmt: skip
# What a subclass of one of these is without its name; str() of a text's enumeration is another.
_VALUES: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (int, int.__int__),
    (float, float.__float__),
    (str, str.__str__),
)
_CONTAINERS = (list, tuple, set)
_NUMPY = "dlvc:numpy"


def to_plain(value: Any, owner: str) -> Any:
    """Return a state as plain values; its tensors are not copied.

    Args:
        owner: whose state it is, for messages: ``optimizer sgd of plugin dlvc-optim``.

    Raises:
        PluginError: it holds something else; the type and its place are named.
    """
    try:
        return _plain(value, owner, "")
    except RecursionError:
        raise PluginError(f"{owner} has a state that holds itself: no file can.") from None


def _plain(value: Any, owner: str, place: str) -> Any:
    kind = type(value)
    if isinstance(value, Tensor) and (value.layout is not torch.strided or value.is_quantized):
        raise _refused(value, owner, place)
    if kind in _AS_THEY_ARE:
        return value.detach() if isinstance(value, Tensor) and value.grad_fn is not None else value
    if kind in (dict, OrderedDict):
        return {
            _key(key, owner, place): _plain(item, owner, f"{place}[{key!r:.40}]")
            for key, item in value.items()
        }
    if kind in _CONTAINERS:
        return kind(_plain(item, owner, f"{place}[{n}]") for n, item in enumerate(value))
    if isinstance(value, np.generic | np.ndarray) and not isinstance(value, str):
        return _plain_numpy(value, owner, place)
    for base, plain in _VALUES:
        if isinstance(value, base):
            return plain(value)
    raise _refused(value, owner, place)


def _key(key: Any, owner: str, place: str) -> Any:
    plain = _plain(key.item() if isinstance(key, np.generic) else key, owner, f"{place} key")
    try:
        hash(plain)
    except TypeError:
        raise _refused(key, owner, f"{place} key") from None
    return plain


def _plain_numpy(value: np.generic | np.ndarray, owner: str, place: str) -> dict[str, Any]:
    try:
        # A copy, which torch may write to, in an order of bytes that it knows.
        tensor = torch.from_numpy(np.array(value, value.dtype.newbyteorder("=")))
    except TypeError:
        raise _refused(value, owner, place) from None
    return {_NUMPY: tensor, "number": isinstance(value, np.generic)}


def _refused(value: Any, owner: str, place: str) -> PluginError:
    kind = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
    if isinstance(value, np.generic | np.ndarray):
        kind = f"numpy {value.dtype}"
    if isinstance(value, Tensor):
        kind = f"sparse or quantized tensor ({value.layout})"
    return PluginError(
        f"{owner} has {with_article(kind)} in its state{place and f', at {place}'}, and a "
        "checkpoint cannot hold that: it holds numbers, text, tensors, and lists and dictionaries "
        "of these."
    )


def from_plain(value: Any) -> Any:
    """Return what :func:`to_plain` was given, from what it returned."""
    if isinstance(value, dict):
        if isinstance(value.get(_NUMPY), Tensor):
            array = value[_NUMPY].numpy()
            return array[()] if value["number"] else array
        return {from_plain(key): from_plain(item) for key, item in value.items()}
    if type(value) in _CONTAINERS:
        return type(value)(from_plain(item) for item in value)
    return value


def same_state(one: Any, other: Any) -> bool:
    """Whether two plain states are equal to the last bit, types included; devices may differ."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Tensor):
        return _same_tensor(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same_state(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same_state, one, other))
    # NaN is no other than itself here.
    return bool(one == other or (one != one and other != other))


def _same_tensor(one: Tensor, other: Tensor) -> bool:
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.device == other.device and one.data_ptr() == other.data_ptr():
        return True
    other = other.to(one.device)
    return bool(((one == other) | ((one != one) & (other != other))).all())
