"""Figures of one run: its losses, and its accuracies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlvc_cli.files import replace_file
from dlvc_cli.reporting.outside_text import drawn
from dlvc_cli.reporting.sheet.style import BLUE, GREY, INK, PINK, TICK, TITLE, VERMILION, new_figure
from dlvc_cli.reporting.training.curve_axes import (
    Metrics,
    column,
    draw_curve,
    epochs_of,
    finish_axes,
    finite,
    scale_values,
)
from dlvc_cli.runs.best import best_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_run"]

_SIZE = 7.2, 4.8


def plot_run(metrics: Metrics, folder: Path, title: str) -> None:
    """Write ``loss.png`` and ``accuracy.png`` into ``folder``.

    Args:
        metrics: a mapping an epoch with the keys of ``metrics.jsonl``.
        title: shown above both figures.

    Raises:
        RunError: the files cannot be written; those that are there stay as they are.
    """
    for name, figure in run_figures(metrics, title).items():
        with replace_file(folder / f"{name}.png") as handle:
            figure.savefig(handle, format="png")


def run_figures(metrics: Metrics, title: str) -> dict[str, Figure]:
    """Draw ``loss`` and ``accuracy`` of a run."""
    from dlvc_cli.reporting.sheet.settle import settle

    figures = {}
    for name, draw in (("loss", _draw_loss), ("accuracy", _draw_accuracy)):
        figure, axes = _figure(title)
        draw(axes, metrics)
        _draw_legend(figure, axes)
        settle(figure)
        figures[name] = figure
    return figures


def _figure(title: str) -> tuple[Figure, Axes]:
    from matplotlib.font_manager import FontProperties

    from dlvc_cli.reporting.sheet.texts import cut

    figure = new_figure(*_SIZE, dpi=120)
    figure.set_layout_engine("constrained", w_pad=0.12, h_pad=0.1)
    font = FontProperties(size=TITLE, weight="bold")
    text = drawn(cut(figure, title, _SIZE[0] - 0.5, font))
    figure.suptitle(text, x=0.02, ha="left", color=INK, fontproperties=font)
    return figure, figure.add_subplot()


def _draw_loss(axes: Axes, metrics: Metrics) -> None:
    train, spread = column(metrics, "train_loss"), column(metrics, "train_loss_std")
    val = column(metrics, "val_loss")
    highs = [value + width for value, width in zip(train, spread, strict=True)]
    log = scale_values(axes, [train, val], share=False)
    # The band ends where a loss does: at zero, or a little below the curve on a logarithmic axis.
    floor = min(finite(train), default=0.0) / 2 if log else 0.0
    lows = [
        max(value - width, min(floor, value)) for value, width in zip(train, spread, strict=True)
    ]
    # What is drawn is in sight.
    scale_values(axes, [train, val, lows, highs], share=False)
    axes.fill_between(epochs_of(metrics), lows, highs, color=BLUE, alpha=0.15, linewidth=0)
    draw_curve(
        axes, metrics, "train_loss", color=BLUE, label="training (band: ±1 std of the batches)"
    )
    draw_curve(axes, metrics, "val_loss", color=VERMILION, linestyle="dashed", label="validation")
    finish_axes(axes, "loss", [epochs_of(metrics)])


def _draw_accuracy(axes: Axes, metrics: Metrics) -> None:
    keys = ("val_acc_last_batch", "train_acc", "val_acc_running", "val_acc")
    scale_values(axes, [column(metrics, key) for key in keys], share=True)
    faint: dict[str, Any] = {"color": GREY, "linewidth": 0.9, "alpha": 0.55}
    draw_curve(axes, metrics, keys[0], label="validation, last full batch only", **faint)
    draw_curve(axes, metrics, keys[1], color=BLUE, label="training, with its augmentation")
    running: dict[str, Any] = {"color": PINK, "linestyle": "dotted"}
    draw_curve(axes, metrics, keys[2], label="validation, running", **running)
    look: dict[str, Any] = {"color": VERMILION, "linestyle": "dashed"}
    draw_curve(axes, metrics, keys[3], label="validation, whole split", **look)
    if (found := best_of(metrics)) is not None:
        _mark_best(axes, found[0], found[1]["val_acc"])
    finish_axes(axes, "accuracy", [epochs_of(metrics)])


def _mark_best(axes: Axes, epoch: float, best: float) -> None:
    look: dict[str, Any] = {"marker": "*", "markersize": 15, "clip_on": False, "zorder": 5}
    axes.plot(
        [epoch],
        [best],
        color=VERMILION,
        linestyle="none",
        markeredgecolor="white",
        label=f"best: {best:.4f}, epoch {epoch:g}",
        **look,
    )


def _draw_legend(figure: Figure, axes: Axes) -> None:
    """Below the axes, where it covers no curve."""
    if axes.get_legend_handles_labels()[0]:
        look: dict[str, Any] = {"frameon": False, "fontsize": TICK, "labelcolor": INK}
        figure.legend(loc="outside lower center", ncols=2, **look)
