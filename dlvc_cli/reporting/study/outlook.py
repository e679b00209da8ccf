"""What a study would run, and about how long it would take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dlvc_cli.errors import some_of
from dlvc_cli.experiments.planned_runs import PlannedRun
from dlvc_cli.experiments.remaining import Remaining
from dlvc_cli.experiments.stopwatch import KnownCosts
from dlvc_cli.reporting.formats import about
from dlvc_cli.reporting.output import say

__all__ = ["print_outlook"]


def print_outlook(
    planned: Sequence[PlannedRun], missing: Mapping[str, str], jobs: int, known: KnownCosts
) -> None:
    """Print a line a run, and the time that is left.

    Args:
        missing: why experiments can't be run here, by their names.
        jobs: how many run at a time.
        known: what runs cost.
    """
    for run in planned:
        there = run.run.record_file.exists()
        done = len(run.run.metrics()) if there else 0
        state = "finished" if run.finished else f"goes on after epoch {done}" if there else "to run"
        say(f"{run.name}: {state}, {run.config.epochs} epochs")
        say(f"    {run.command}")
    for name, why in missing.items():
        say(f"{name} can't run here: {why}")
    left = [run for run in planned if not run.finished]
    say(f"{len(left)} of {len(planned)} runs are to be made{_how_long(planned, jobs, known)}")


def _how_long(planned: Sequence[PlannedRun], jobs: int, known: KnownCosts) -> str:
    if all(run.finished for run in planned):
        return "."
    left = Remaining(planned, jobs, known.costs).left()
    unknown = f" It is not known how long this takes: {some_of(left.unknown)}."
    if not left.seconds:
        return f".{unknown}"
    at_a_time = f", {jobs} at a time" if jobs > 1 else ""
    found = []
    if known.measured:
        found.append("a few steps measured just now")
    if known.recorded or not known.measured:
        found.append("what earlier epochs took")
    text = f": {about(left.seconds)} on this machine{at_a_time}, by {' and '.join(found)}."
    return text + (unknown if left.unknown else "")
