"""The reliability curve: how often a network is right, against how sure it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dlvc_cli.files import replace_file
from dlvc_cli.reporting.outside_text import drawn
from dlvc_cli.reporting.sheet.style import BLUE, GREY, INK, TICK, TITLE, VERMILION, new_figure, tidy
from dlvc_cli.runs.calibration import Calibration

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["plot_reliability", "reliability_figure"]

_SIZE = 6.0, 6.4


def plot_reliability(found: Calibration, file: Path, title: str) -> None:
    """Write the curve, and the images of each bin below it: PNG, SVG or PDF, by the file's name.

    Raises:
        RunError: the file cannot be written.
    """
    figure = reliability_figure(found, title)
    with replace_file(file) as handle:
        figure.savefig(handle, format=file.suffix[1:].lower())


def reliability_figure(found: Calibration, title: str) -> Figure:
    """Draw what :func:`plot_reliability` writes."""
    from matplotlib.font_manager import FontProperties

    from dlvc_cli.reporting.sheet.numbers import number_axis
    from dlvc_cli.reporting.sheet.settle import settle
    from dlvc_cli.reporting.sheet.texts import cut

    figure = new_figure(*_SIZE, dpi=120)
    figure.set_layout_engine("constrained", w_pad=0.12, h_pad=0.1)
    font = FontProperties(size=TITLE, weight="bold")
    text = drawn(cut(figure, title, _SIZE[0] - 0.5, font))
    figure.suptitle(text, x=0.02, ha="left", color=INK, fontproperties=font)
    curve, counts = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    width = 1 / len(found.bins)
    middles = [bin.low + width / 2 for bin in found.bins]
    there = [bin for bin in found.bins if bin.confidence is not None]
    accuracies = [bin.accuracy or 0.0 for bin in found.bins]
    curve.bar(middles, accuracies, width * 0.94, color=BLUE, alpha=0.25)
    curve.plot([0, 1], [0, 1], color=GREY, linestyle="dashed", label="as often right as sure")
    curve.plot(
        [bin.confidence for bin in there],
        [bin.accuracy for bin in there],
        color=VERMILION,
        marker="o",
        label=f"bins of images (ECE {found.ece:.4f})",
    )
    counts.bar(middles, [bin.images for bin in found.bins], width * 0.94, color=BLUE)
    curve.set_xlim(0, 1)
    curve.set_ylim(0, 1)
    number_axis(curve.yaxis, "accuracy", 0, 1)
    number_axis(counts.yaxis, "images", *counts.get_ylim(), most=3)
    number_axis(counts.xaxis, "confidence: probability of the predicted class", 0, 1)
    for axes in (curve, counts):
        tidy(axes)
    curve.legend(loc="upper left", frameon=False, fontsize=TICK, labelcolor=INK)
    settle(figure)
    return figure
