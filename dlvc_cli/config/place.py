"""A process's place among those that torchrun started. Imports nothing heavy."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from dlvc_cli.errors import BadOption

__all__ = ["Place", "place_of"]

_MEETING = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


@dataclass(frozen=True)
class Place:
    """Where this process is among those that train one run together.

    Attributes:
        launched: whether something like torchrun started it, if perhaps alone.
        rank, world: its number, from 0, and how many there are.
        local_rank, local_world: the same on this machine.
        launch: what the start is called that it belongs to; None where nothing is known.
        restarts: how often all of them have been started anew since.
    """

    launched: bool = False
    rank: int = 0
    world: int = 1
    local_rank: int = 0
    local_world: int = 1
    launch: str | None = None
    restarts: int = 0

    @property
    def writes(self) -> bool:
        """Whether this process writes files and shows what happens; one does."""
        return self.rank == 0

    @property
    def name(self) -> str:
        """This process for a message: ``process 2 of 4 on HOST``, counted from 1."""
        return f"process {self.rank + 1} of {self.world} on {_host()}"


def _host() -> str:
    import socket  # takes a moment, and few ask

    return socket.gethostname()


def place_of(environment: Mapping[str, str] | None = None) -> Place:
    """Return this process's place, as torchrun's variables have it; alone where there are none.

    Args:
        environment: by default the process's own.

    Raises:
        BadOption: a variable is no number, or they contradict each other.
    """
    given = os.environ if environment is None else environment
    if not all(given.get(name) for name in _MEETING):
        return Place()
    rank, world = _number(given, "RANK"), _number(given, "WORLD_SIZE")
    local_rank = _number(given, "LOCAL_RANK", rank)
    local_world = _number(given, "LOCAL_WORLD_SIZE", world)
    if rank >= world or local_rank >= local_world or local_world > world:
        raise BadOption(
            f"The environment has process {rank} of {world} (RANK, WORLD_SIZE), {local_rank} of "
            f"{local_world} on this machine (LOCAL_RANK, LOCAL_WORLD_SIZE): start them by torchrun."
        )
    return Place(
        launched=True,
        rank=rank,
        world=world,
        local_rank=local_rank,
        local_world=local_world,
        launch=_launch(given),
        restarts=_number(given, "TORCHELASTIC_RESTART_COUNT", 0),
    )


def _launch(given: Mapping[str, str]) -> str | None:
    known = given.get("TORCHELASTIC_RUN_ID")
    if known in (None, "", "none"):
        # Without a name: the machine and the process that started this one, which starts it anew.
        return f"{_host()}:{os.getppid()}" if known else None
    return known


def _number(given: Mapping[str, str], name: str, default: int | None = None) -> int:
    text = given.get(name) or (None if default is None else str(default))
    if text is None or not text.isdecimal():
        raise BadOption(f"${name} is a whole number, not {text!r}: start processes by torchrun.")
    return int(text)
