"""The figures of a study: curves of experiments, as its file names them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dlvc_cli.experiments.findings import matching
from dlvc_cli.experiments.planned_runs import PlannedRun
from dlvc_cli.experiments.study import Figure, Study
from dlvc_cli.reporting.training.comparison_figure import PlottedRun, plot_comparison

__all__ = ["curves_of", "draw_figures"]


def draw_figures(study: Study, planned: Sequence[PlannedRun], folder: Path) -> list[str]:
    """Draw each figure that has curves, ``NAME.png``; of several runs the first.

    Returns:
        The names of those that were drawn.

    Raises:
        RunError: a file cannot be written.
    """
    drawn = []
    for figure in study.figures:
        shown = [PlottedRun(*curve) for curve in curves_of(study, planned, figure)]
        if shown:
            plot_comparison(shown, folder / f"{figure.name}.png", (figure.draws,))
            drawn.append(figure.name)
    return drawn


def curves_of(
    study: Study, planned: Sequence[PlannedRun], figure: Figure
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the experiments of a figure that have curves, with a run's lines; the first run's."""
    found = []
    names = [experiment.name for experiment in study.experiments]
    for name in matching(figure.experiments, names):
        runs = [run for run in planned if run.experiment.name == name]
        metrics = next((lines for run in runs if (lines := run.run.metrics())), None)
        if metrics:
            found.append((name, metrics))
    return found
