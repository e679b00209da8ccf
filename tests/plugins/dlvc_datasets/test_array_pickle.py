"""Pickled arrays of every age are read, and nothing in them is run."""

from __future__ import annotations

import os
import pickle
import shutil
import struct
import time
import tracemalloc
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
    for read in (pickle.loads, array_pickle.load):  # the first shows that the form is right
        options = {"encoding": "bytes"} if read is pickle.loads else {}
        content = read(pickled, **options)
        np.testing.assert_array_equal(content[b"data"], data)
        assert content[b"labels"] == [3, 5]


def test_arrays_in_fortran_order_are_read() -> None:
    array = np.asfortranarray(np.arange(6, dtype=np.uint8).reshape(2, 3))
    for protocol in range(pickle.HIGHEST_PROTOCOL):
        content = array_pickle.load(pickle.dumps({b"data": array}, protocol))
        np.testing.assert_array_equal(content[b"data"], array)


def nested(levels: int) -> bytes:
    """A tuple of the same tuple twice, and so on: its hash takes 2 ** levels steps."""
    return b")" + b"2\x86" * levels


BOMBS = {
    "a key whose hash never ends": b"\x80\2}" + nested(60) + b"K\1s.",
    "a key so deep that its hash crashes": b"\x80\2})" + b"\x85" * 150_000 + b"K\1s.",
    "a set of such keys": b"\x80\4\x8f(" + nested(60) + b"\x90.",
    "more instructions than any batch": b"\x80\2" + b"]" * 1_000_000 + b".",
    "a text copied again and again": b"\x80\2c_codecs\nencode\nq\0X\0\0\1\0" + b"a" * 65536
    + b"q\1X\6\0\0\0latin1q\2" + b"h\0h\1h\2\x86R" * 10_000 + b".",
    "a shape that is no shape": pickle.dumps(np.zeros(3, np.uint8), 2).replace(
        b"K\3\x85", b"J\xff\xff\xff\x3f)\x86"
    ),
    "bytes that it says it has": b"\x80\4\x8e" + struct.pack("<Q", 6 << 30) + b".",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_pickle_takes_little_memory_and_time(name: str) -> None:
    began = time.monotonic()
    tracemalloc.start()
    try:
        with pytest.raises((pickle.UnpicklingError, EOFError)):
            array_pickle.load(BOMBS[name])
        assert tracemalloc.get_traced_memory()[1] < 1e8
    finally:
        tracemalloc.stop()
    assert time.monotonic() - began < 10


def test_a_place_far_away_makes_no_table() -> None:
    assert array_pickle.load(b"\x80\2}r\xff\xff\xff\x0f.") == {}


def test_dictionaries_in_dictionaries_are_left_as_they_are() -> None:
    """What the same one holds twice, and so on, has 2 ** 60 parts."""
    content: dict[bytes, Any] = {}
    for _ in range(60):
        content = {b"one": content, b"other": content}
    assert array_pickle.load(pickle.dumps(content, 2)).keys() == {b"one", b"other"}


def test_labels_in_labels_are_an_error(batches: Path, tmp_path: Path) -> None:
    """NumPy would make an array of 2 ** 40 numbers of them."""
    copy = shutil.copytree(batches, tmp_path / "copy")
    labels: list[Any] = [1, 2]
    for _ in range(40):
        labels = [labels, labels]
    content = pickle.dumps(batch_content(0) | {b"labels": labels}, 2)
    (copy / "data_batch_1").write_bytes(content)
    with pytest.raises(DataError, match="no whole numbers"):
        build_pets(str(copy))


def test_a_whole_batch_is_read_in_a_moment() -> None:
    content = {
        b"data": np.zeros((10_000, 3072), np.uint8),
        b"labels": list(range(10)) * 1000,
        b"filenames": [b"an_image_s_name_%d.png" % k for k in range(10_000)],
    }
    for protocol in range(pickle.HIGHEST_PROTOCOL):
        read = array_pickle.load(pickle.dumps(content, protocol))
        assert read[b"data"].shape == (10_000, 3072) and len(read[b"filenames"]) == 10_000
