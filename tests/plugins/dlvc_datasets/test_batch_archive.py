"""Archives are read in bounded memory, whatever they say of themselves."""

from __future__ import annotations

import gzip
import io
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from dlvc_datasets import cifar_batches
from dlvc_datasets.batch_archive import read_members
from dlvc_datasets.cifar_batches import read_batches

from dlvc_cli import DataError


@pytest.mark.parametrize("mode", ["w", "w:gz"])
@pytest.mark.parametrize("layout", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_files_come_out_as_they_went_in(tmp_path: Path, mode: str, layout: int) -> None:
    archive = tmp_path / "made.tar"
    content = {"one": b"1" * 512, "two": b"", "three": b"3" * 1000}
    with tarfile.open(archive, mode, format=layout) as members:  # type: ignore[call-overload]
        for name, data in content.items():
            info = tarfile.TarInfo(f"folder/{name}")
            info.size, info.mtime = len(data), 1.5  # type: ignore[assignment]
            members.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("four")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        members.addfile(link)
    found = dict(read_members(archive, {"one", "two", "three", "four"}, 1000, 100_000))
    assert found == content
    with pytest.raises(ValueError, match="three in it is too large"):
        dict(read_members(archive, {"three"}, 999, 100_000))


def header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


def sparse(name: str, size: int) -> bytes:
    """A file of nothing but a hole."""
    block = bytearray(header(name, 0, tarfile.GNUTYPE_SPARSE))
    block[483:495] = b"%011o\0" % size
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


HUGE = 6_500_000_000
BOMBS: dict[str, Callable[[], bytes]] = {
    "a batch": lambda: header("data_batch_1", HUGE),
    "something else": lambda: header("readme", HUGE),
    "a long name": lambda: header("name", HUGE, tarfile.GNUTYPE_LONGNAME),
    "headers of its own": lambda: header("name", HUGE, tarfile.XHDTYPE),
    "a hole": lambda: sparse("data_batch_1", HUGE),
    "less than nothing": lambda: header("data_batch_1", -512),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_archive_takes_little_memory(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "small.tar.gz"
    with gzip.open(archive, "wb") as file:
        file.write(BOMBS[name]())
        file.write(bytes(1 << 26))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=r"small\.tar\.gz"):
            read_batches(archive)
        assert tracemalloc.get_traced_memory()[1] < 1e7
    finally:
        tracemalloc.stop()


def test_a_batch_larger_than_any_is_refused(
    batches: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cifar_batches, "_LARGEST", 1000)
    with pytest.raises(DataError, match="data_batch_1 in it is too large"):
        read_batches(batches)
