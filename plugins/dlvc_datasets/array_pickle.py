"""Reads pickles of byte arrays without running any of their code, in bounded memory and time.

A pickle may call whatever its unpickler lets it import. This one imports nothing: the few names
that NumPy's arrays and Python 2's byte strings are pickled with stand for the small functions
below, and every other name is an error (see "Restricting globals" in the documentation of the
``pickle`` module).

A pickle is a program besides: a few bytes of it can make a table of gigabytes, copy a text again
and again, or build a key of nested tuples whose hash takes years. So this is the unpickler that is
written in Python, with the instructions that arrays, lists, texts and numbers need, and so many of
them at most.
"""

from __future__ import annotations

import io
import math
import pickle
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = ["load"]

# A batch of CIFAR-10 takes some 30,000.
_MOST_INSTRUCTIONS = 200_000
_PLAIN_KEYS = (str, bytes, int)


def load(content: bytes) -> Any:
    """Return what is pickled in ``content``: plain values, bytes, and arrays of uint8.

    An array stands alone, or is a value of the dictionary that is pickled. Text pickled by Python 2
    comes as bytes.

    Raises:
        Exception: of nearly any type, where the pickle holds something else or is damaged.
    """
    value = _Unpickler(content).load()
    if isinstance(value, dict):
        return {key: _resolve(item) for key, item in value.items()}
    return _resolve(value)


def _resolve(value: Any) -> Any:
    """The array in the place of what stands for it."""
    return value.array if isinstance(value, _ByteArray) else value


class _ByteArray:
    """Stands for an array while its pickle is read."""

    array: np.ndarray | None = None

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _version, shape, dtype, columns_first, raw = state
        if not isinstance(dtype, _ByteType) or not isinstance(raw, bytes):
            raise pickle.UnpicklingError("an array of something else than bytes")
        whole = isinstance(shape, tuple) and all(type(side) is int and side >= 0 for side in shape)
        if not whole or len(raw) != math.prod(shape):
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


_NAMES: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy.core.multiarray", "_reconstruct"): _new_array,
    ("numpy._core.multiarray", "_reconstruct"): _new_array,
    ("numpy", "ndarray"): _new_array,
    ("numpy", "dtype"): _new_type,
}


class _Unpickler(pickle._Unpickler):
    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="bytes")
        self._left_to_encode = len(content)
        self.dispatch = _Instructions(_ACTIONS)  # type: ignore[misc]

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("_codecs", "encode"):
            return self._encode
        if (module, name) not in _NAMES:
            raise pickle.UnpicklingError(f"it asks for {module[:60]}.{name[:60]}")
        return _NAMES[module, name]

    def _encode(self, text: str, encoding: str) -> bytes:
        self._left_to_encode -= len(text)
        if encoding not in ("latin1", b"latin1") or self._left_to_encode < 0:
            raise pickle.UnpicklingError("an unknown encoding of bytes")
        return text.encode("latin1")


class _Instructions(dict[int, Callable[[Any], None]]):
    """What to do at each instruction; no more than so many are done."""

    left = _MOST_INSTRUCTIONS

    def __getitem__(self, code: int) -> Callable[[Any], None]:
        self.left -= 1
        if self.left < 0:
            raise pickle.UnpicklingError(f"more than {_MOST_INSTRUCTIONS:,} instructions")
        if code not in self:
            raise pickle.UnpicklingError(f"an instruction that no array needs: {code}")
        return super().__getitem__(code)


def _set_item(reader: Any) -> None:
    _check_keys(reader.stack[-2:-1])
    pickle._Unpickler.load_setitem(reader)  # type: ignore[attr-defined]


def _set_items(reader: Any) -> None:
    # What the stack holds is what came after the last mark.
    _check_keys(reader.stack[::2])
    pickle._Unpickler.load_setitems(reader)  # type: ignore[attr-defined]


def _make_dict(reader: Any) -> None:
    _check_keys(reader.stack[::2])
    pickle._Unpickler.load_dict(reader)  # type: ignore[attr-defined]


def _check_keys(keys: Sequence[Any]) -> None:
    if not all(type(key) in _PLAIN_KEYS for key in keys):
        raise pickle.UnpicklingError("a dictionary with keys other than text and numbers")


def _set_state(reader: Any) -> None:
    if not isinstance(reader.stack[-2], _ByteArray | _ByteType):
        raise pickle.UnpicklingError("an object that is no array")
    pickle._Unpickler.load_build(reader)  # type: ignore[attr-defined]


_AS_EVER = (
    *(pickle.PROTO, pickle.FRAME, pickle.STOP, pickle.MARK, pickle.GLOBAL, pickle.STACK_GLOBAL),
    *(pickle.NONE, pickle.NEWTRUE, pickle.NEWFALSE, pickle.INT, pickle.LONG, pickle.LONG1),
    *(pickle.BININT, pickle.BININT1, pickle.BININT2),
    *(pickle.STRING, pickle.BINSTRING, pickle.SHORT_BINSTRING),
    *(pickle.UNICODE, pickle.BINUNICODE, pickle.SHORT_BINUNICODE),
    *(pickle.BINBYTES, pickle.SHORT_BINBYTES, pickle.BINBYTES8),
    *(pickle.EMPTY_TUPLE, pickle.TUPLE, pickle.TUPLE1, pickle.TUPLE2, pickle.TUPLE3),
    *(pickle.EMPTY_LIST, pickle.LIST, pickle.APPEND, pickle.APPENDS, pickle.EMPTY_DICT),
    *(pickle.PUT, pickle.BINPUT, pickle.LONG_BINPUT, pickle.MEMOIZE),
    *(pickle.GET, pickle.BINGET, pickle.LONG_BINGET, pickle.REDUCE),
)
_ACTIONS: dict[int, Callable[[Any], None]] = {
    **{code[0]: pickle._Unpickler.dispatch[code[0]] for code in _AS_EVER},
    pickle.SETITEM[0]: _set_item,
    pickle.SETITEMS[0]: _set_items,
    pickle.DICT[0]: _make_dict,
    pickle.BUILD[0]: _set_state,
}
