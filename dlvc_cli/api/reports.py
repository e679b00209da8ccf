"""Reports of runs, as pages beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dlvc_cli.errors import cause_of
from dlvc_cli.runs.directory import RunDir

__all__ = ["REPORT", "report_run", "write_run_report"]

REPORT = "report.html"
"""What a report is called where it isn't named."""


def report_run(run: RunDir, target: Path, *, images: bool = True, data: str | None = None) -> None:
    """Write a run's page.

    Args:
        images: whether it shows images, for which the data is read, and torch draws the ops.
        data: where the data is now, if it has moved.

    Raises:
        RunError: the run can't be read, or the file not written.
    """
    from dlvc_cli.reporting.pages.report_file import write_report
    from dlvc_cli.reporting.pages.run_sections import run_report

    shown = []
    if images:
        from dlvc_cli.api.run_images import image_sections

        shown = image_sections(run, data)
    write_report(run_report(run, shown), target)


def write_run_report(run: RunDir, say: Callable[[str], None]) -> None:
    """Write the page of a run that has finished an epoch, from what it has kept.

    A failure is only said: it must not hide what became of the training.
    """
    try:
        if run.metrics():
            report_run(run, run.path / REPORT, images=False)
    except Exception as error:
        say(f"The report of {run.name} could not be written: {cause_of(error)}")
