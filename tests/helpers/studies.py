"""Fake events of a study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dlvc_cli import events as ev
from dlvc_cli.reporting.study.standing import StudyStanding

__all__ = ["ended", "news", "standing_of", "started"]


def started(names: Sequence[str] = ("plain", "flip", "crop"), **changes: Any) -> ev.StudyStarted:
    """A study of runs of ten epochs, of which none is finished."""
    given = {
        "study": "ways", "folder": "studies/ways", "runs": tuple(names), "done": 0,
        "epochs": (10,) * len(names), "epochs_done": (0,) * len(names),
        "finished": (False,) * len(names), "seconds_left": 300.0,
    }  # fmt: skip
    return ev.StudyStarted(**given | changes)


def news(run: str, state: str = "running", epoch: int = 0, **changes: Any) -> ev.StudyRun:
    """A run after some epochs, the accuracy of which rises."""
    curve = tuple(0.5 + 0.03 * at for at in range(epoch))
    given = {
        "run": run, "path": f"studies/ways/runs/{run}", "state": state, "epoch": epoch,
        "epochs": 10, "best_acc": max(curve, default=None), "reason": None, "seconds_left": 200.0,
        "val_acc": curve,
    }  # fmt: skip
    return ev.StudyRun(**given | changes)


def ended(**changes: Any) -> ev.StudyEnded:
    """The end of a study of three runs."""
    given = {
        "study": "ways", "state": "finished", "finished": 3, "failed": (), "missing": ()
    }  # fmt: skip
    return ev.StudyEnded(**given | changes)


def standing_of(*events: ev.Event, clock: Callable[[], float] = lambda: 0.0) -> StudyStanding:
    """A study as these events tell it."""
    standing = StudyStanding(clock)
    for event in events:
        standing.update(event)
    return standing
