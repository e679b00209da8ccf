"""Room for what is in memory at the same time in several threads."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from filelock import FileLock

__all__ = ["Room", "SharedRoom", "available_memory", "physical_memory", "room_of_all"]


class Room:
    """Lets threads in as long as what they take together is no more than there is.

    Args:
        size: what there is, in any unit. Who needs more than all of it goes alone.
    """

    def __init__(self, size: int) -> None:
        self._size = self._free = size
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, amount: int) -> Iterator[None]:
        """Wait until there is room for ``amount``, and hold it inside the block."""
        amount = min(amount, self._size)
        with self._changed:
            self._changed.wait_for(lambda: self._free >= amount)
            self._free -= amount
        try:
            yield
        finally:
            with self._changed:
                self._free += amount
                self._changed.notify_all()


def physical_memory() -> int:
    """Return the machine's memory in bytes; a guess where nobody says."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return 8 << 30


class SharedRoom:
    """An equal share of what is there, for one of several processes.

    Args:
        count: how many processes there are.
        lock: a file that all of them know: who needs more than a share holds its lock.
    """

    def __init__(self, count: int, lock: str) -> None:
        self._share = room_of_all() // count
        self._lock = FileLock(lock)

    @contextmanager
    def taken(self, amount: int) -> Iterator[None]:
        """Wait until there is room for ``amount``, and hold it inside the block."""
        with self._lock if amount > self._share else nullcontext():
            yield


def room_of_all() -> int:
    """Bytes that images may take while they are decoded, all together: an eighth of memory."""
    return physical_memory() // 8


def available_memory() -> int:
    """Return the bytes of memory that are free or can be had, as far as the system says."""
    limits = [physical_memory()]
    with suppress(OSError, ValueError, IndexError):
        text = Path("/proc/meminfo").read_text()
        (line,) = (line for line in text.splitlines() if line.startswith("MemAvailable:"))
        limits.append(int(line.split()[1]) * 1024)
    # What a container or a job may take.
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        (
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes",
        ),
    ):
        with suppress(OSError, ValueError):
            limits.append(int(Path(limit).read_text()) - int(Path(used).read_text()))
    return max(0, min(limits))
