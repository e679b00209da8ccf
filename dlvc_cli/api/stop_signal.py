"""Ctrl-C and SIGTERM as a request to stop after the step under way."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType

__all__ = ["StopSignal"]


@dataclass
class StopSignal:
    """Turns the first SIGINT or SIGTERM into a request to stop after the step under way."""

    number: int | None = None

    def __call__(self) -> bool:
        return self.number is not None

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Handle signals inside the block; a second one interrupts at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            for number in before:
                signal.signal(number, self._handle)
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.number is not None:
            sys.exit(128 + number)
        self.number = number
        # Written past the view, which may be in the middle of writing when a signal arrives.
        os.write(2, b"\nStopping after this step; once more stops at once, unsaved.\n")
