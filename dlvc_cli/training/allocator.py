"""What becomes of memory that tensors on the CPU no longer need."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

__all__ = ["keep_freed_memory"]

# mallopt(3), malloc.h.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
# The most that glibc takes, on 64 bits; and the most that an int holds.
_LARGEST_MMAP_THRESHOLD = 32 << 20
_LARGEST_INT = (1 << 31) - 1

# By these the user decides.
_SETTINGS = ("MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES")


def keep_freed_memory() -> None:
    """Have glibc keep what large tensors leave for the next ones.

    By itself it gives it back to the system, and asks for it anew at each step, page by page, each
    of them cleared: a ninth of a training's CPU time is the system's then. With other C libraries,
    or where the environment says how memory is to be had, nothing is done.
    """
    if any(name in os.environ for name in _SETTINGS):
        return
    with suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(_MMAP_THRESHOLD, _LARGEST_MMAP_THRESHOLD)
        mallopt(_TRIM_THRESHOLD, _LARGEST_INT)
