"""A run's start: a new one, or one that goes on, from its plan to its first step.

All that can be found wrong with a request is found here, before the run's directory is made and
before the first step: files are decoded, ops, network and loss are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Protocol

from dlvc_cli.config.plan import Plan
from dlvc_cli.events import Event
from dlvc_cli.runs.directory import RunDir
from dlvc_cli.training.loop import train
from dlvc_cli.training.new_run import new_run
from dlvc_cli.training.resumed_run import resumed_run

__all__ = ["StopRequest", "run_training"]


def run_training(
    plan: Plan,
    resumed: RunDir | None,
    out: Path | None,
    notices: Sequence[str],
    stop: StopRequest,
) -> Iterator[Event]:
    """Train a new run, or go on with one, holding the run's lock.

    Args:
        plan: what to train and how.
        resumed: the run to go on with, None for a new one.
        out: a new run's directory; None for the next free one in ``runs/``.
        notices: what the user has been told so far, for the record.
        stop: asked after every step whether to save and stop; its ``installed()`` is entered once
            there is something to save.

    Raises:
        DlvcError: something in the request, the data or a plugin is wrong, or training fails.
    """
    with ExitStack() as held:
        if resumed is None:
            session = yield from new_run(plan, out, notices, held)
        else:
            session = yield from resumed_run(plan, resumed, held)
        held.enter_context(stop.installed())
        if (yield from train(session, stop)):
            stop.agree(session.runtime.greatest)


class StopRequest(Protocol):
    """A request to stop: true once it has been made."""

    def __call__(self) -> bool:
        """Whether it has been made."""
        ...

    def agree(self, greatest: Callable[[int], int]) -> None:
        """Take for its own what any process of the run was asked by."""
        ...

    def installed(self) -> AbstractContextManager[None]:
        """Listen for it inside the block."""
        ...
