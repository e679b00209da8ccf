"""The figures of a study: curves of experiments, as its file names them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dlvc_cli.experiments.findings import matching
from dlvc_cli.experiments.planned_runs import PlannedRun
from dlvc_cli.experiments.study import Study
from dlvc_cli.reporting.training.comparison_figure import PlottedRun, plot_comparison

__all__ = ["draw_figures"]


def draw_figures(study: Study, planned: Sequence[PlannedRun], folder: Path) -> list[str]:
    """Draw each figure that has curves, ``NAME.png``; of several runs the first.

    Returns:
        The names of those that were drawn.

    Raises:
        RunError: a file cannot be written.
    """
    drawn = []
    names = [experiment.name for experiment in study.experiments]
    for figure in study.figures:
        shown = []
        for name in matching(figure.experiments, names):
            runs = [run for run in planned if run.experiment.name == name]
            metrics = next((lines for run in runs if (lines := run.run.metrics())), None)
            if metrics:
                shown.append(PlottedRun(name, metrics))
        if shown:
            plot_comparison(shown, folder / f"{figure.name}.png", (figure.draws,))
            drawn.append(figure.name)
    return drawn
