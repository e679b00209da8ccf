"""What a study would run, and about how long it would take."""

from __future__ import annotations

from collections.abc import Sequence

from dlvc_cli.experiments.planned_runs import PlannedRun
from dlvc_cli.experiments.remaining import Remaining
from dlvc_cli.reporting.formats import duration
from dlvc_cli.reporting.output import say

__all__ = ["print_outlook"]


def print_outlook(planned: Sequence[PlannedRun], jobs: int) -> None:
    """Print a line a run, and the time that is left."""
    for run in planned:
        there = run.run.record_file.exists()
        done = len(run.run.metrics()) if there else 0
        state = "finished" if run.finished else f"goes on after epoch {done}" if there else "to run"
        say(f"{run.name}: {state}, {run.config.epochs} epochs")
        say(f"    {run.command}")
    left = [run for run in planned if not run.finished]
    seconds = Remaining(planned, jobs).seconds()
    about = f"about {duration(seconds)}" if seconds is not None else "how long is not known yet"
    say(f"{len(left)} of {len(planned)} runs are to be made: {about}.")
