"""Of several processes that train one run, one tells the user of an error that all have."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from typing import Any

from dlvc_cli.config.place import Place

__all__ = ["speaks"]

# Seconds in which the first process says what is wrong; for the store to answer.
_PATIENCE = 10.0


def speaks(place: Place, text: str) -> bool:
    """Whether this process is the one to say what ended it; tells the others of it.

    The first always is. Another is where the first has said nothing, or something else.

    Args:
        text: what it would say.
    """
    with contextlib.suppress(Exception):
        store = _store(place)
        if place.writes:
            store.set("said", text)
            return True
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if store.check(["said"]):
                return text not in store.get("said").decode()
            time.sleep(0.1)
    return True


def _store(place: Place) -> Any:
    """Where processes meet, which torchrun keeps for as long as one is left."""
    from datetime import timedelta

    import torch.distributed as dist

    host, port = os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"])
    # Where it is gone with the first process, torch would complain and try again.
    socket.create_connection((host, port), timeout=_PATIENCE).close()
    store = dist.TCPStore(host, port, is_master=False, timeout=timedelta(seconds=_PATIENCE))
    return dist.PrefixStore(f"dlvc/errors/{place.restarts}", store)
