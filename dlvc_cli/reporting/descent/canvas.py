"""The sheet that figures of a descent are drawn on: matplotlib without pyplot, placed in inches."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from dlvc_cli.descent.fields import ExactField
from dlvc_cli.descent.trials import Trial
from dlvc_cli.descent.walks import Descent
from dlvc_cli.reporting.formats import shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patheffects import AbstractPathEffect

__all__ = [
    "GREY",
    "INK",
    "Canvas",
    "edge",
    "heading",
    "optimizers",
    "plain",
    "rim",
    "settings",
    "tidy",
]

INK, GREY = "#222222", "#808080"
_MARGIN = 0.3


class Canvas:
    """A figure of ``width`` by ``height`` inches. Places are in inches from its lower left."""

    def __init__(self, width: float, height: float, dpi: float = 120) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self.figure: Figure = Figure(figsize=(width, height), dpi=dpi, facecolor="white")
        FigureCanvasAgg(self.figure)

    def axes(self, left: float, bottom: float, width: float, height: float) -> Axes:
        """Add axes."""
        box = (
            left / self.width,
            bottom / self.height,
            width / self.width,
            height / self.height,
        )
        return self.figure.add_axes(box)

    def text(self, left: float, bottom: float, text: str, **look: Any) -> None:
        """Write a line; ``$`` means itself."""
        place = left / self.width, bottom / self.height
        style: dict[str, Any] = {"fontsize": 10, "color": INK, "va": "bottom"} | look
        self.figure.text(*place, plain(text), **style)

    def title(self, text: str, subtitle: str = "") -> None:
        """Write what the figure shows at its top: 0.4 inches, 0.65 with a subtitle."""
        self.text(_MARGIN, self.height - 0.42, text, fontsize=14, fontweight="bold")
        if subtitle:
            self.text(_MARGIN, self.height - 0.68, subtitle, fontsize=10.5, color="#444444")

    def footer(self, command: str) -> None:
        """Write the command at the bottom: 0.3 inches."""
        # A letter of this font is 0.6 of its size wide.
        letters = int((self.width - 2 * _MARGIN) * 72 / (0.6 * 7.5))
        text = "\n".join(textwrap.wrap(command, letters, break_on_hyphens=False)[:2])
        self.text(_MARGIN, 0.09, text, fontsize=7.5, color=GREY, family="monospace")

    def write(self, handle: IO[bytes], kind: str) -> None:
        """Write the figure in a format that matplotlib knows."""
        self.figure.savefig(handle, format=kind)


def plain(text: str) -> str:
    """A text in which nothing is taken for mathematics."""
    return text.replace("$", r"\$")


def heading(descent: Descent) -> str:
    """What was walked on: a surface's name, or a picture's file name."""
    surface = descent.surface
    name = surface.name if surface.frame is not None else Path(surface.name).name
    return shorten(name, 40, "…")


def optimizers(descent: Descent) -> str:
    """The names of all optimisers: ``gd, nesterov``."""
    names = dict.fromkeys(walks.trial.optimizer for walks in descent.trials)
    return shorten(", ".join(names), 50, "…")


def settings(descent: Descent, number: int | None = None) -> str:
    """How trial ``number`` went downhill; ``None``: what all of several have in common."""
    trials = [walks.trial for walks in descent.trials]
    if number is not None:
        words = [trials[number].label]
    else:
        words = [f"lr {trials[0].lr:g}"] if len({trial.lr for trial in trials}) == 1 else []
        words += _common(trials)
    if isinstance(descent.field, ExactField):
        words.append("exact gradients")
    elif len({trial.eps for trial in trials}) == 1 or number is not None:
        words.append(f"eps {trials[number or 0].eps:g}")
    return ", ".join(words)


def _common(trials: Sequence[Trial]) -> list[str]:
    """Parameters that have been set, and are the same in all trials of one optimiser."""
    if len({trial.choice.offer.qualified for trial in trials}) > 1:
        return []
    words = []
    for param in trials[0].choice.spec.params:
        values = {trial.choice.values[param.name] for trial in trials}
        if len(values) == 1 and values != {param.default}:
            (value,) = values
            words.append(param.name if value is True else f"{param.name} {value}")
    return words


def edge(colour: str) -> str:
    """A colour for the rim of a line, by which it stands out on dark and on light."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#ffffff" if 0.299 * red + 0.587 * green + 0.114 * blue < 150 else INK


def rim(colour: str, width: float) -> list[AbstractPathEffect]:
    """What puts a rim around a line of that width in points."""
    from matplotlib.patheffects import Normal, Stroke

    return [Stroke(linewidth=width + 1.4, foreground=edge(colour)), Normal()]


def tidy(axes: Axes) -> None:
    """Axes of a curve: a light grid, no frame at the top and the right."""
    axes.grid(color="#e3e3e3", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=9, length=3, color=GREY)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["bottom", "left"]].set_color(GREY)
