"""Downloads CIFAR-10 into the data folder: whole and checked, or not at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from dlvc_cli import DataError, note
from dlvc_datasets.cifar_batches import BATCHES, batch_files
from dlvc_datasets.cifar_copy import ARCHIVE, FOLDER, find_copy

__all__ = ["MD5", "URL", "download"]

URL = f"https://www.cs.toronto.edu/~kriz/{ARCHIVE}"
MD5 = "c58f30108f718f92721af3b95e74349a"
"""Checksum of the archive, as its page gives it."""

_CHUNK = 1 << 18
_SILENCE = 30  # seconds without a byte after which the server counts as gone
# Bytes of the archive are 170 million; this many and more are something else.
_MOST = 1 << 28
# Bytes a second below which a download would last for days, and seconds before that is judged.
_SLOWEST, _PATIENCE = 1 << 10, 60


def download(folder: Path, name: str, md5: str = MD5) -> Path:
    """Return the folder of batches in ``folder``, downloaded where no other process has done so.

    The environment variable ``DLVC_CIFAR10_URL`` names a mirror of the archive.

    Args:
        folder: where to put it.
        name: the data set that needs it, for messages.
        md5: what the archive's checksum must be.

    Raises:
        DataError: no network, no room, or a wrong checksum; says what to put where by hand.
    """
    url = os.environ.get("DLVC_CIFAR10_URL") or URL
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder / ".cifar-10.lock"):
            return find_copy(folder) or _fetch(url, folder, md5)
    # ValueError: an address that is none.
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        reason = getattr(reason, "strerror", None) or reason
        raise DataError(
            f"CIFAR-10 could not be downloaded from {url} ({reason}). Put {ARCHIVE}, or the folder "
            f"{FOLDER} that it holds, into {folder}, or say where it is: --data {name}:PATH."
        ) from error


@contextmanager
def _alone(lock_file: Path) -> Iterator[None]:
    lock = FileLock(lock_file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        note("another process downloads CIFAR-10: waiting for it ...")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _fetch(url: str, folder: Path, md5: str) -> Path:
    part = folder / ".cifar-10.part"
    # What a killed process has left: nobody else can be writing, since the lock is held.
    shutil.rmtree(part, ignore_errors=True)
    batches = part / FOLDER
    batches.mkdir(parents=True)
    try:
        archive = part / ARCHIVE
        checksum = _save(url, archive)
        if checksum != md5:
            raise OSError(f"what came has the checksum {checksum}, not {md5}")
        unpacked = set()
        for name, content in batch_files(archive):
            (batches / name).write_bytes(content)
            unpacked.add(name)
        if unpacked != set(BATCHES):
            raise OSError("the archive lacks some of the batches")
        return batches.rename(folder / FOLDER)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _save(url: str, target: Path) -> str:
    """Download to a file and return its MD5."""
    request = urllib.request.Request(url, headers={"User-Agent": "dlvc"})
    digest = hashlib.md5(usedforsecurity=False)
    with urllib.request.urlopen(request, timeout=_SILENCE) as response, target.open("wb") as file:
        length = int(response.headers.get("Content-Length") or 0)
        got, began = 0, time.monotonic()
        with _progress(url, length) as advance:
            # What has come by now: to fill a whole chunk, a slow server may take for ever.
            while chunk := response.read1(_CHUNK):
                got += len(chunk)
                seconds = time.monotonic() - began
                if max(got, length) > _MOST:
                    raise OSError(f"it is larger than {_MOST:,} bytes, which {ARCHIVE} is not")
                if seconds > _PATIENCE and got < _SLOWEST * seconds:
                    raise OSError(f"it is too slow: {got:,} bytes came in {seconds:.0f} s")
                file.write(chunk)
                digest.update(chunk)
                advance(len(chunk))
    if got < length:
        raise OSError(f"the connection ended after {got:,} of {length:,} bytes")
    return digest.hexdigest()


@contextmanager
def _progress(url: str, length: int) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on stderr where that is a terminal, else one line."""
    if not sys.stderr.isatty():
        note(f"downloading CIFAR-10 ({length / 1e6:,.0f} MB) from {url} ...")
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("Downloading CIFAR-10", total=length or None)
        yield lambda count: bar.advance(task, count)
