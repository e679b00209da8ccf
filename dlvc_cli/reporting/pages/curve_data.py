"""Curves over epochs, as the page's scripts draw them, and the elements that they draw in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlvc_cli.reporting.outside_text import shown
from dlvc_cli.reporting.page_parts.markup import Markup, tag
from dlvc_cli.reporting.sheet.style import PALETTE
from dlvc_cli.runs.schema import is_number

__all__ = ["Curve", "curve_figure", "figure_markup"]

Curve = tuple[str, Sequence[Mapping[str, Any]], str]
"""A curve's name, the lines of ``metrics.jsonl``, and the key that is drawn."""


def curve_figure(name: str, curves: Sequence[Curve], *, losses: bool) -> dict[str, Any] | None:
    """A figure's data; None where no curve has a value.

    Args:
        name: the id of the figure's element.
        losses: whether the axis may be logarithmic.
    """
    drawn: list[dict[str, Any]] = []
    for label, lines, key in curves:
        values = [line[key] if is_number(line.get(key)) else None for line in lines]
        if any(value is not None for value in values):
            epochs = [line.get("epoch", k) for k, line in enumerate(lines, start=1)]
            # Curves of one colour have other dashes in each round through the colours.
            turn, at = divmod(len(drawn), len(PALETTE))
            look = {"colour": PALETTE[at], "round": turn}
            drawn.append({"name": shown(label), **look, "epochs": epochs, "values": values})
    return {"id": name, "mayBend": losses, "curves": drawn} if drawn else None


def figure_markup(name: str, label: str) -> Markup:
    """The elements of a figure: a canvas that is moved along as a slider is, and its legend."""
    canvas = tag(
        "canvas",
        role="slider",
        tabindex="0",
        aria_label=f"{label}: the arrow keys move along the epochs",
        aria_valuemin="1",
        aria_valuenow="1",
    )
    caption = tag("figcaption", "Hover, or move along with the arrow keys", tag("output"))
    legend = tag("ul", class_="legend")
    return tag(
        "figure", caption, tag("div", canvas, class_="plot"), legend, id=name, class_="curves"
    )
