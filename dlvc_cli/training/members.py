"""Who of the processes of a run is still there, and what those that failed had to say.

Each process counts up a number in the store where they met, every few seconds and in a thread of
its own, and looks at the numbers of the others. So one that was killed, or whose machine is gone,
is missed even by a process that waits for it in a collective call.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dlvc_cli.events import json_text

__all__ = ["Members", "Word"]


@dataclass(frozen=True)
class Word:
    """What a process said before it ended for an error of its own."""

    text: str
    code: int


class Members:
    """The processes of a run, as one of them sees them.

    Args:
        store: where they meet (a ``torch.distributed.Store``), for this thread of work.
        beats: the same for the thread that counts: calls of one client wait for each other.
        rank, world: of this process, and how many there are.
        interval: seconds between two beats.
        patience: seconds without one after which a process is taken for lost.

    Attributes:
        noticed: set once this process knows, in its main thread, that another has ended.
    """

    def __init__(
        self,
        store: Any,
        beats: Any,
        rank: int,
        world: int,
        interval: float = 1.0,
        patience: float = 30.0,
    ) -> None:
        self._store, self._beats = store, beats
        self._rank, self._world = rank, world
        self._interval, self._patience = interval, patience
        now = time.monotonic()
        self._seen = {other: (b"", now) for other in range(world) if other != rank}
        self._over = threading.Event()
        self._lost: Callable[[], None] = lambda: None
        self._counting: threading.Thread | None = None
        self.noticed = threading.Event()
        store.set(f"host/{rank}", socket.gethostname())

    def watch(self, lost: Callable[[], None]) -> None:
        """Begin to count and to look; ``lost`` is called once, in a thread, if one is missed."""
        self._lost = lost
        self._counting = threading.Thread(target=self._beat, daemon=True)
        self._counting.start()

    def leave(self) -> None:
        """Stop counting and looking."""
        self._over.set()
        # A thread inside of a call of the store must not outlive the interpreter.
        if self._counting is not None and self._counting is not threading.current_thread():
            self._counting.join(self._patience)

    def leave_word(self, text: str, code: int) -> None:
        """Tell the others of an error of this process that ends it, as far as they can be told."""
        with contextlib.suppress(Exception):
            self._store.set(f"word/{self._rank}", json_text({"text": text, "code": code}))

    def word_of(self, rank: int, wait: float = 0.0) -> Word | None:
        """What a process has left, or leaves within so many seconds."""
        until = time.monotonic() + wait
        with contextlib.suppress(Exception):
            while True:
                if self._store.check([f"word/{rank}"]):
                    return Word(**json.loads(self._store.get(f"word/{rank}")))
                if time.monotonic() >= until:
                    break
                time.sleep(0.1)
        return None

    def tell(self, what: str) -> None:
        """Tell the others that this process has done something."""
        self._store.set(f"done/{self._rank}/{what}", "")

    def await_told(self, what: str, rank: int) -> tuple[int, Word] | None:
        """Wait until a process has done something; returns one that has failed instead, if any."""
        while not self._store.check([f"done/{rank}/{what}"]):
            if (failed := self.failed()) is not None:
                return failed
            time.sleep(self._interval / 10)
        return None

    def failed(self) -> tuple[int, Word] | None:
        """A process that has left a word, and the word."""
        for other in self._seen:
            if (word := self.word_of(other)) is not None:
                return other, word
        return None

    def missed(self, wait: float) -> list[int]:
        """Those that have not counted for a few beats; waits so many seconds for one to be."""
        until = time.monotonic() + wait
        while True:
            now = time.monotonic()
            late = [r for r, (_, seen) in self._seen.items() if now - seen > 4 * self._interval]
            if late or now >= until or self._over.is_set():
                return late
            time.sleep(self._interval / 4)

    def name(self, rank: int) -> str:
        """A process for a message: ``Process 2 of 4 (HOST)``, counted from 1."""
        host = ""
        with contextlib.suppress(Exception):
            # Asked for what isn't there, a store would wait.
            if self._store.check([f"host/{rank}"]):
                host = f" ({self._store.get(f'host/{rank}').decode()})"
        return f"Process {rank + 1} of {self._world}{host}"

    def _beat(self) -> None:
        count = 0
        while not self._over.wait(self._interval):
            count += 1
            try:
                self._beats.set(f"beat/{self._rank}", str(count))
                for other in self._seen:
                    self._look(other)
            except Exception:
                # The store is gone, and the first process with it: of the others nothing is known.
                self._excuse_others()
            now = time.monotonic()
            gone = [r for r, (_, seen) in self._seen.items() if now - seen > self._patience]
            if gone:
                self._lost()
                return

    def _excuse_others(self) -> None:
        for other, (value, _) in self._seen.items():
            if other:
                self._seen[other] = value, time.monotonic()

    def _look(self, other: int) -> None:
        key = f"beat/{other}"
        value = self._beats.get(key) if self._beats.check([key]) else b""
        if value != self._seen[other][0]:
            self._seen[other] = value, time.monotonic()
