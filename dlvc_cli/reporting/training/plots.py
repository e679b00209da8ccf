"""PNG figures of runs, drawn without pyplot, a display or any global state.

A run is given as the lines of its ``metrics.jsonl``; values that are missing or not finite leave a
gap in their curve.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dlvc_cli.files import replace_file
from dlvc_cli.reporting.formats import shorten
from dlvc_cli.reporting.outside_text import drawn
from dlvc_cli.reporting.scales import log_values
from dlvc_cli.runs.best import best_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_comparison", "plot_run"]

Metrics = Sequence[Mapping[str, Any]]

# Okabe and Ito's palette without its yellow, which is hard to see on white; it can be told apart
# with all common kinds of colour blindness (https://jfly.uni-koeln.de/color/).
_COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_BLUE, _ORANGE, _GREEN = _COLORS[:3]
_DASHES = ("solid", (0, (5, 2)), (0, (1, 1.2)))
_GREY = "#808080"
# Each of no more points than these is marked.
_FEW = 15


def plot_run(metrics: Metrics, folder: Path, title: str) -> None:
    """Write ``loss.png`` and ``accuracy.png`` into ``folder``.

    Args:
        metrics: a mapping an epoch with the keys of ``metrics.jsonl``.
        title: shown above both figures.

    Raises:
        RunError: the files cannot be written; those that are there stay as they are.
    """
    figure, axes = _figure(1, title)
    _draw_loss(axes[0], metrics)
    _save(figure, folder / "loss.png")
    figure, axes = _figure(1, title)
    _draw_accuracy(axes[0], metrics)
    _save(figure, folder / "accuracy.png")


def plot_comparison(runs: Sequence[tuple[str, Metrics]], file: Path) -> None:
    """Write one PNG with the training loss and the validation accuracy of all runs.

    Args:
        runs: (name, lines of ``metrics.jsonl``) of each run.

    Raises:
        RunError: the file cannot be written.
    """
    figure, (loss, accuracy) = _figure(2, "")
    for index, (name, metrics) in enumerate(runs):
        look = {
            "color": _COLORS[index % len(_COLORS)],
            "linestyle": _DASHES[index // len(_COLORS) % len(_DASHES)],
        }
        found = best_of(metrics)
        best = "" if found is None else f"  (best {found[1]['val_acc']:.4f})"
        _curve(loss, metrics, "train_loss", **look)
        _curve(accuracy, metrics, "val_acc", label=_name(name, 36) + best, **look)
    lengths = [_epochs(metrics) for _, metrics in runs]
    _finish(loss, "training loss", lengths)
    _finish(accuracy, "validation accuracy", lengths)
    _scale_loss(loss, [_column(metrics, "train_loss") for _, metrics in runs])
    if runs:
        ncols = min(len(runs), 3)
        figure.legend(loc="outside lower center", ncols=ncols, frameon=False, fontsize=9)
    _save(figure, file)


def _draw_loss(axes: Axes, metrics: Metrics) -> None:
    train, spread = _column(metrics, "train_loss"), _column(metrics, "train_loss_std")
    highs = [value + width for value, width in zip(train, spread, strict=True)]
    log = _scale_loss(axes, [train, _column(metrics, "val_loss")])
    # The band ends where a loss does: at zero, or a little below the curve on a logarithmic axis.
    floor = min(_finite(train), default=0.0) / 2 if log else 0.0
    lows = [
        max(value - width, min(floor, value)) for value, width in zip(train, spread, strict=True)
    ]
    axes.fill_between(_epochs(metrics), lows, highs, color=_BLUE, alpha=0.15, linewidth=0)
    _curve(axes, metrics, "train_loss", color=_BLUE, label="training (band: ±1 std of the batches)")
    _curve(axes, metrics, "val_loss", color=_ORANGE, label="validation")
    _finish(axes, "loss", [_epochs(metrics)], legend="best")


def _draw_accuracy(axes: Axes, metrics: Metrics) -> None:
    faint = {"color": _GREY, "linewidth": 0.9, "alpha": 0.55}
    _curve(axes, metrics, "val_acc_last_batch", label="last full batch only", **faint)
    _curve(axes, metrics, "val_acc_running", label="running, in training", color=_ORANGE)
    _curve(axes, metrics, "val_acc", label="whole validation split", color=_GREEN)
    if (found := best_of(metrics)) is not None:
        epoch, best = found[0], found[1]["val_acc"]
        axes.plot([epoch], [best], marker="*", markersize=15, color=_GREEN, zorder=5, clip_on=False)
        left = epoch > sum(_limits([_epochs(metrics)])) / 2
        axes.annotate(
            f"best {best:.4f}, epoch {epoch:g}",
            (epoch, best),
            xytext=(-10 if left else 10, 10),
            textcoords="offset points",
            ha="right" if left else "left",
            fontsize=9,
            color=_GREEN,
            bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 1},
        )
    axes.margins(y=0.12)
    _finish(axes, "validation accuracy", [_epochs(metrics)], legend="lower right")


def _figure(panels: int, title: str) -> tuple[Figure, Sequence[Axes]]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2 if panels == 1 else 11.5, 4.5), dpi=120)
    figure.set_layout_engine("constrained", w_pad=0.12, h_pad=0.12)
    FigureCanvasAgg(figure)
    axes = [figure.add_subplot(1, panels, index + 1) for index in range(panels)]
    if title:
        axes[0].set_title(_name(title, 70), loc="left", fontsize=11)
    return figure, axes


def _curve(axes: Axes, metrics: Metrics, key: str, **look: Any) -> None:
    """Draw one key against the epoch, unless no line has it; short curves mark each point."""
    values = _column(metrics, key)
    count = len(_finite(values))
    if count:
        marker = "o" if count <= _FEW else None
        axes.plot(
            _epochs(metrics),
            values,
            **{"linewidth": 1.6, "marker": marker, "markersize": 4, **look},
        )


def _finish(
    axes: Axes,
    label: str,
    epochs: Sequence[Sequence[float]],
    legend: Literal["best", "lower right"] | None = None,
) -> None:
    """Labels, a light grid, whole numbers of epochs, and no frame at the top and the right."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlabel("epoch", fontsize=10)
    axes.set_ylabel(label, fontsize=10)
    axes.set_xlim(*_limits(epochs))
    axes.xaxis.set_major_locator(MaxNLocator(10, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1))
    axes.grid(color="#e3e3e3", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=9, length=3, color=_GREY)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["bottom", "left"]].set_color(_GREY)
    if legend and axes.lines:
        axes.legend(frameon=False, fontsize=9, loc=legend)
    if not axes.lines:
        axes.set_yticks([])
        axes.text(0.5, 0.5, "no values", transform=axes.transAxes, ha="center", color=_GREY)


def _limits(epochs: Sequence[Sequence[float]]) -> tuple[float, float]:
    """The range of the epoch axis, with a little room on both sides."""
    every = [epoch for run in epochs for epoch in run] or [1]
    first, last = min(every), max(every)
    room = max((last - first) * 0.02, 0.5 if first == last else 0.05)
    return first - room, last + room


def _scale_loss(axes: Axes, columns: Sequence[Sequence[float]]) -> bool:
    """Make the loss axis logarithmic where the values call for it, with plain numbers at it."""
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    values = [value for column in columns for value in _finite(column)]
    log = bool(values) and log_values(min(values), max(values))
    if log:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.yaxis.set_minor_formatter(NullFormatter())
    return log


def _epochs(metrics: Metrics) -> list[float]:
    return [line.get("epoch", index) for index, line in enumerate(metrics, start=1)]


def _column(metrics: Metrics, key: str) -> list[float]:
    """Return the values of a key, NaN where a line has none that is finite."""
    values = (line.get(key) for line in metrics)
    return [
        float(value) if isinstance(value, int | float) and math.isfinite(value) else math.nan
        for value in values
    ]


def _finite(values: Sequence[float]) -> list[float]:
    return [value for value in values if math.isfinite(value)]


def _name(text: str, longest: int) -> str:
    """A name, cut in the middle where it is long."""
    return drawn(shorten(text, longest, "…"))


def _save(figure: Figure, file: Path) -> None:
    with replace_file(file) as handle:
        figure.savefig(handle, format="png")
