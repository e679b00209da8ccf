"""Reports of runs, as pages beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dlvc_cli.errors import cause_of
from dlvc_cli.runs.directory import RunDir

__all__ = ["REPORT", "report_run", "write_run_report"]

REPORT = "report.html"
"""What a report is called where it isn't named."""


def report_run(
    run: RunDir,
    target: Path,
    *,
    images: bool = True,
    data: str | None = None,
    say: Callable[[str], None] | None = None,
) -> None:
    """Write a run's page.

    Args:
        images: whether it shows images, for which the data is read, and torch draws the ops;
            else it says how to have them.
        data: where the data is now, if it has moved.
        say: is told why images are left out, where they are.

    Raises:
        DlvcError: the run can't be read, the file not written, or ``data`` is not the run's.
    """
    from dlvc_cli.reporting.pages.report_file import write_report
    from dlvc_cli.reporting.pages.run_sections import images_later, run_report

    if images:
        from dlvc_cli.api.run_images import image_sections

        shown = image_sections(run, data, say)
    else:
        shown = [images_later(run)]
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
