"""Images in a report, embedded: what a network is most wrong about, and what it saw."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dlvc_cli.reporting.page_parts.markup import Markup, scrolling, tag
from dlvc_cli.reporting.pages.report_file import section

__all__ = ["Tile", "embedded", "sheet_section", "worst_section"]

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Tile:
    """An image that is classified wrong.

    Attributes:
        pixels: (H, W, 3).
        name: in the data set.
        target: its class.
        shares: the most probable classes and their probabilities, the first first.
    """

    pixels: Pixels
    name: str
    target: str
    shares: Sequence[tuple[str, float]]


def embedded(pixels: Pixels, side: int) -> str:
    """An image as a data URL, no larger than ``side`` pixels: PNG, or JPEG where that is large."""
    image = Image.fromarray(pixels)
    image.thumbnail((side, side))
    output, kind = io.BytesIO(), "png"
    image.save(output, "PNG", optimize=True)
    if len(output.getvalue()) > 20_000:
        output, kind = io.BytesIO(), "jpeg"
        image.save(output, "JPEG", quality=88)
    return f"data:image/{kind};base64,{base64.b64encode(output.getvalue()).decode()}"


def worst_section(tiles: Sequence[Tile], split: str, side: int) -> Markup:
    """The images of a split that are classified wrong with the greatest probability."""
    if not tiles:
        none = f"No image of the {split} split is classified wrong."
        return section("Most wrong", tag("p", none), full=True)
    items = [
        tag(
            "li",
            tag("img", src=embedded(tile.pixels, side), alt=f"{tile.target}: {tile.name}"),
            tag("b", tile.target),
            [tag("div", f"{label} {share:.4f}") for label, share in tile.shares],
            tag("small", tile.name),
        )
        for tile in tiles
    ]
    text = (
        f"The {len(tiles)} images of the {split} split that the best network is most sure and most "
        "wrong about: the true class, then what it holds for probable."
    )
    return section("Most wrong", tag("p", text), tag("ul", items, class_="tiles"), full=True)


def sheet_section(
    images: Pixels, drawn: Pixels, ops: str, mixing: Sequence[str], side: int
) -> Markup:
    """What training made of images: a row an image, a column an epoch.

    Args:
        images: (N, H, W, 3).
        drawn: (N, epochs, H, W, 3); the ops may have changed the size.
        ops: as they are written on the command line.
        mixing: names of those that mix images.
    """
    heads = ["stored", *(f"epoch {k}" for k in range(1, drawn.shape[1] + 1))]
    rows = [
        tag(
            "tr",
            [
                tag("td", tag("img", src=embedded(pixels, side), alt=f"image {at}, {head}"))
                for head, pixels in zip(heads, [stored, *row], strict=True)
            ],
        )
        for at, (stored, row) in enumerate(zip(images, drawn, strict=True), start=1)
    ]
    head = tag("tr", [tag("th", text, scope="col") for text in heads])
    text = (
        f"Training images as the run's ops ({ops}) draw them in its first epochs, before they are "
        f"normalised. {_draws(mixing)}"
        if ops
        else "No ops: every epoch saw these images as they are stored."
    )
    body = tag("table", tag("thead", head), tag("tbody", rows), class_="sheet")
    wide = scrolling("What the network saw", body)
    return section("What the network saw", tag("p", text), wide, full=True)


def _draws(mixing: Sequence[str]) -> str:
    """Whether the sheet's draws are those of the training."""
    if not mixing:
        return "The draws are those of the training."
    several = len(mixing) > 1
    return (
        f"{', '.join(mixing)} mix{'' if several else 'es'} images: here each with another of these "
        "rows, where training took one of its batch. So these are mixtures of the kind that "
        "training saw, not the same ones."
    )
