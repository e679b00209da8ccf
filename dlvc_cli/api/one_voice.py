"""Of several processes that train one run, one tells the user of an error that all have."""

from __future__ import annotations

import contextlib
import time

from dlvc_cli.config.place import Place

__all__ = ["speaks"]

# Seconds in which the first process says what is wrong; in which the store answers.
_PATIENCE = 10.0
_AT_ONCE = 1.0


def speaks(place: Place, text: str) -> bool:
    """Whether this process is the one to say what ended it; tells the others of it.

    The first always is. Another is where the first has said nothing, or something else.

    Args:
        text: what it would say.
    """
    from dlvc_cli.training.meeting_place import leave_word_of_end, open_store, word_of_end

    with contextlib.suppress(Exception):
        store = open_store(place, _AT_ONCE)
        leave_word_of_end(store, place, text)
        if place.writes:
            return True
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if (said := word_of_end(store, place, 0)) is not None:
                return text not in said
            time.sleep(0.1)
    return True
