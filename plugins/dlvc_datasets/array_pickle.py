"""Reads pickles of byte arrays without running any of their code.

A pickle may call whatever its unpickler lets it import. This one imports nothing: the few names
that NumPy's arrays and Python 2's byte strings are pickled with stand for the small functions
below, and every other name is an error (see "Restricting globals" in the documentation of the
``pickle`` module).
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from typing import IO, Any

import numpy as np

__all__ = ["load"]


def load(file: IO[bytes]) -> Any:
    """Return what is pickled in ``file``: plain values, bytes, and arrays of uint8.

    Text pickled by Python 2 comes as bytes.

    Raises:
        Exception: of nearly any type, where the pickle holds something else or is damaged.
    """
    return _resolve(_Unpickler(file, encoding="bytes").load())


class _ByteArray:
    """Stands for an array while its pickle is read."""

    array: np.ndarray | None = None

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _version, shape, dtype, columns_first, raw = state
        if not isinstance(dtype, _ByteType) or not isinstance(raw, bytes):
            raise pickle.UnpicklingError("an array of something else than bytes")
        if len(raw) != math.prod(shape):
            raise pickle.UnpicklingError("an array of another size than it says")
        self.array = np.frombuffer(raw, np.uint8).reshape(
            shape, order="F" if columns_first else "C"
        )


class _ByteType:
    """Stands for the type uint8; its state (byte order and the like) says nothing more."""

    def __setstate__(self, state: object) -> None:
        pass


def _new_array(*_: object) -> _ByteArray:
    return _ByteArray()


def _new_type(name: str | bytes, *_: object) -> _ByteType:
    if name not in ("u1", b"u1", "|u1", b"|u1"):
        raise pickle.UnpicklingError("an array of something else than bytes")
    return _ByteType()


def _encode(text: str, encoding: str) -> bytes:
    if encoding not in ("latin1", b"latin1"):
        raise pickle.UnpicklingError("an unknown encoding of bytes")
    return text.encode("latin1")


_NAMES: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy.core.multiarray", "_reconstruct"): _new_array,
    ("numpy._core.multiarray", "_reconstruct"): _new_array,
    ("numpy", "ndarray"): _new_array,
    ("numpy", "dtype"): _new_type,
    ("_codecs", "encode"): _encode,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _NAMES:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return _NAMES[module, name]


def _resolve(value: Any) -> Any:
    """Put the arrays in the place of what stands for them, in a dictionary's values."""
    if isinstance(value, dict):
        return {key: _resolve(item) for key, item in value.items()}
    return value.array if isinstance(value, _ByteArray) else value
