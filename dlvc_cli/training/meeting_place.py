"""The store in which the processes of a run find each other, and leave word of what ended them."""

from __future__ import annotations

import os
import socket
import time
from datetime import timedelta
from typing import Any

import torch.distributed as dist

from dlvc_cli.config.place import Place

__all__ = ["leave_word_of_end", "open_store", "word_of_end", "words_of"]


def open_store(place: Place, wait: float, first: bool = False) -> Any:
    """Return a client of the store, a ``torch.distributed.Store``.

    torchrun has the store; where nothing does, the first process opens it.

    Args:
        wait: seconds in which it has to be there. A signal ends the wait.
        first: whether this is the first client of this process, and may open the store.

    Raises:
        OSError, RuntimeError: it isn't there.
    """
    host, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    opens = first and place.rank == 0 and os.environ.get(_AGENT) != "True"
    if not opens:
        _await_port(host, port, wait)
    return dist.TCPStore(
        host,
        port,
        is_master=opens,
        timeout=timedelta(seconds=wait),
        wait_for_workers=False,
        multi_tenant=True,
    )


# As torch.distributed.rendezvous has it.
_AGENT = "TORCHELASTIC_USE_AGENT_STORE"


def _await_port(host: str, port: int, wait: float) -> None:
    """Wait until something listens: torch's own wait would be deaf to signals."""
    until = time.monotonic() + wait
    while True:
        try:
            socket.create_connection((host, port), timeout=max(1.0, min(wait, 10.0))).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def leave_word_of_end(store: Any, place: Place, text: str) -> None:
    """Say what has ended this process."""
    store.set(f"{words_of(place)}/{place.rank}", text)


def word_of_end(store: Any, place: Place, rank: int) -> str | None:
    """What a process has said that has ended; None of one that hasn't."""
    key = f"{words_of(place)}/{rank}"
    return store.get(key).decode() if store.check([key]) else None


def words_of(place: Place) -> str:
    """Where words of this start of the processes are: torchrun keeps one store for all."""
    return f"dlvc/errors/{place.restarts}"
