"""What files hold is remembered as long as they are as they were."""

from __future__ import annotations

import hashlib
import os
import time

import pytest

from dlvc_cli.images import file_digests as module
from dlvc_cli.images.file_digests import digests_folder, distrusted, file_digests

pytestmark = pytest.mark.usefixtures("own_folder")

LONG_AGO = time.time_ns() - 10**12


@pytest.fixture
def read(monkeypatch):
    """The names of files that are read."""
    names = []
    hashed = module._hash
    monkeypatch.setattr(module, "_hash", lambda name: names.append(name) or hashed(name))
    return names


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Three files that have been there for long: their ctime can't be set."""
    monkeypatch.setattr(module, "_youngest", lambda state: int(state.split()[2]))
    paths = [tmp_path / "data" / name for name in ("a", "b\nc", os.fsdecode(b"\xff"))]
    for number, path in enumerate(paths):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes([number]) * 10)
        os.utime(path, ns=(LONG_AGO, LONG_AGO))
    return paths


def truth(paths):
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


def test_files_are_read_once_and_again_where_something_tells_that_they_changed(files, read):
    assert file_digests(files) == truth(files) and len(read) == 3
    assert file_digests(files) == truth(files) and len(read) == 3
    # The same size and time: the inode tells; then the time alone.
    other = files[0].with_name("other")
    other.write_bytes(b"x" * 10)
    os.utime(other, ns=(LONG_AGO, LONG_AGO))
    other.rename(files[0])
    assert file_digests(files) == truth(files) and read[3:] == [str(files[0])]
    files[1].write_bytes(b"y" * 10)
    os.utime(files[1], ns=(LONG_AGO + 1, LONG_AGO + 1))
    assert file_digests(files) == truth(files) and read[4:] == [str(files[1])]
    with distrusted():
        assert file_digests(files) == truth(files) and len(read) == 8


def test_a_file_as_young_as_the_memory_is_read_again(files, read):
    files[0].write_bytes(b"1" * 10)
    file_digests(files)
    # Within the coarseness of the clock, without a trace.
    before = files[0].stat()
    with files[0].open("r+b") as file:
        file.write(b"2" * 10)
    os.utime(files[0], ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file_digests(files) == truth(files) and read[3:] == [str(files[0])]


def test_what_is_remembered_may_be_damaged_or_impossible_to_write(files, read, monkeypatch):
    file_digests(files)
    (memory,) = digests_folder().iterdir()
    flipped = bytearray(memory.read_bytes())
    flipped[-200] ^= 1
    memory.write_bytes(flipped)
    assert file_digests(files) == truth(files) and len(read) == 6
    monkeypatch.setenv("XDG_CACHE_HOME", str(files[0]))
    assert file_digests(files) == truth(files) and len(read) == 9
    assert file_digests([files[0] / "gone"]) == ["unreadable"]
    assert file_digests([]) == []
