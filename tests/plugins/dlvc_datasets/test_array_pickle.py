"""Pickled arrays of every age are read, and nothing in them is run."""

from __future__ import annotations

import io
import os
import pickle
import shutil
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dlvc_datasets import array_pickle
from dlvc_datasets.cifar10 import build_pets
from helpers.stand_ins import batch_content

from dlvc_cli import DataError


class Evil:
    def __init__(self, call: object, *arguments: object) -> None:
        self.reduced = (call, arguments)

    def __reduce__(self) -> Any:
        return self.reduced


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_malicious_pickle_runs_nothing(batches: Path, tmp_path: Path, protocol: int) -> None:
    copy = shutil.copytree(batches, tmp_path / "copy")
    mark = tmp_path / "mark"
    for evil in (
        Evil(os.system, f"touch {mark}"),
        Evil(eval, f"open({str(mark)!r}, 'w')"),
        Evil(np.fromfile, str(copy / "test_batch")),
        Evil(np.ndarray, (1,), np.dtype(object), b"\1" * 8),
    ):
        content = pickle.dumps(batch_content(0) | {b"extra": evil}, protocol=protocol)
        (copy / "data_batch_1").write_bytes(content)
        with pytest.raises(DataError, match=r"or damaged \("):
            build_pets(str(copy))
        assert not mark.exists()


def python2_pickle(data: np.ndarray, labels: list[int]) -> bytes:
    """A batch as Python 2 and the NumPy of 2009 pickled it: text is bytes there."""

    def text(value: bytes) -> bytes:
        return b"T" + struct.pack("<i", len(value)) + value

    kind = b"cnumpy\ndtype\n" + text(b"u1") + b"K\0K\1\x87R(K\3" + text(b"|") + b"NNN"
    kind += (b"J" + struct.pack("<i", -1)) * 2 + b"K\0tb"
    shape = b"".join(b"M" + struct.pack("<H", side) for side in data.shape) + b"\x86"
    array = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85" + text(b"b")
    array += b"\x87R(K\1" + shape + kind + b"\x89" + text(data.tobytes()) + b"tb"
    numbers = b"](" + b"".join(b"K" + bytes([label]) for label in labels) + b"e"
    return b"\x80\2}(" + text(b"data") + array + text(b"labels") + numbers + b"u."


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # numpy.core, as such pickles call it
def test_pickles_of_python_2_are_read() -> None:
    data = np.arange(2 * 3072).astype(np.uint8).reshape(2, 3072)
    pickled = python2_pickle(data, [3, 5])
    for read in (pickle.load, array_pickle.load):  # the first shows that the form is right
        options = {"encoding": "bytes"} if read is pickle.load else {}
        content = read(io.BytesIO(pickled), **options)
        np.testing.assert_array_equal(content[b"data"], data)
        assert content[b"labels"] == [3, 5]


def test_arrays_in_fortran_order_are_read() -> None:
    array = np.asfortranarray(np.arange(6, dtype=np.uint8).reshape(2, 3))
    for protocol in range(pickle.HIGHEST_PROTOCOL):
        content = array_pickle.load(io.BytesIO(pickle.dumps({b"data": array}, protocol)))
        np.testing.assert_array_equal(content[b"data"], array)
