"""Where a network looks: images, Grad-CAM over them, integrated gradients beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dlvc_cli.reporting.colours import map_colours, rgb
from dlvc_cli.reporting.page_parts.markup import Markup, Part, tag
from dlvc_cli.reporting.pages.image_sections import Pixels, embedded
from dlvc_cli.reporting.pages.report_file import section
from dlvc_cli.reporting.sheet.style import BLUE, VERMILION

__all__ = ["Looked", "SaliencyShown", "laid_over", "saliency_section", "signed_colours"]

Map = NDArray[np.float32]

HEADING = "Where the network looks"
# What nothing speaks for or against is grey in the middle of blue and vermilion.
_MIDDLE = "#f2f2f2"
# Pixels that stand out hide the others where they set the scale.
_SHARE_SHOWN = 99.5


@dataclass(frozen=True)
class Looked:
    """An image, and what in it speaks for a class.

    Attributes:
        pixels: as the network takes it, (H, W, 3).
        name: in the data set.
        target: its class.
        predicted: the class that the maps are for.
        probability: of that class.
        grad_cam: from 0, (H, W); None where there is none.
        integrated: signed, (H, W); None where there are none.
    """

    pixels: Pixels
    name: str
    target: str
    predicted: str
    probability: float
    grad_cam: Map | None
    integrated: Map | None


@dataclass(frozen=True)
class SaliencyShown:
    """All that the section shows.

    Attributes:
        split: that the images are of.
        images: the most wrong, then the surest of those that are right.
        layer: what Grad-CAM looks at, and its size, in words; None where there is none.
        rough: whether sums of integrated gradients are far from what they stand for.
        remarks: why a method has no maps, a sentence each.
    """

    split: str
    images: Sequence[Looked]
    layer: str | None
    rough: bool = False
    remarks: Sequence[str] = ()


def saliency_section(shown: SaliencyShown, side: int) -> Markup:
    """The section: what it shows, what it doesn't, and a row of pictures an image."""
    known = [one for one in shown.images if one.grad_cam is not None or one.integrated is not None]
    items = [_item(one, side) for one in known]
    said = [
        *_explanations(shown, known),
        *(tag("p", remark, class_="note") for remark in shown.remarks),
    ]
    return section(HEADING, *said, tag("ul", items, class_="looked") if items else None, full=True)


def _explanations(shown: SaliencyShown, known: Sequence[Looked]) -> list[Markup]:
    if not known:
        return []
    said = [
        tag(
            "p",
            f"Images of the {shown.split} split as the network takes them: the most wrong, then "
            "the surest of those that are right. Each map is for the class that the network "
            "predicts.",
        )
    ]
    if any(one.grad_cam is not None for one in known):
        grey = np.full((5, 3), 128, np.uint8)
        stops = laid_over(grey[None], np.linspace(0, 1, 5, dtype=np.float32)[None])[0]
        said.append(
            tag(
                "p",
                tag("b", "Grad-CAM"),
                f" of {shown.layer}: the brighter yellow, the more that place raises the class's "
                "score; grey is where nothing does. It is as coarse as that map. ",
                _ramp("little", stops, "much"),
            )
        )
    if any(one.integrated is not None for one in known):
        rough = (
            " Here the sums miss that by more than a tenth, so that the colours are rough."
            if shown.rough
            else ""
        )
        stops = signed_colours(np.linspace(-1, 1, 5, dtype=np.float32))
        said.append(
            tag(
                "p",
                tag("b", "Integrated gradients"),
                ": how much each pixel raises or lowers the score, against an image of the data's "
                "mean colour; together they are the difference between the two scores."
                f"{rough} ",
                _ramp("lowers", stops, "raises"),
            )
        )
    said.append(
        tag(
            "p",
            "Each map has its own scale: of two images, only places can be compared, not "
            "strengths. Maps say where the network finds what it uses, not why, and not whether "
            "that is a good reason.",
            class_="note",
        )
    )
    return said


def _ramp(low: str, stops: Pixels, high: str) -> Markup:
    colours = ", ".join(f"rgb({red} {green} {blue})" for red, green, blue in stops.tolist())
    bar = tag("span", class_="ramp", style=f"background: linear-gradient(to right, {colours})")
    return tag("span", low, bar, high, class_="key")


def _item(one: Looked, side: int) -> Markup:
    pictures: list[Part] = [_picture(one.pixels, side, "image", f"{one.target}: {one.name}")]
    if one.grad_cam is not None:
        about = f"Grad-CAM for {one.predicted}: strongest {_place(one.grad_cam)}"
        pictures.append(_picture(laid_over(one.pixels, one.grad_cam), side, "Grad-CAM", about))
    if one.integrated is not None:
        raises = np.maximum(one.integrated, 0)
        about = f"Integrated gradients for {one.predicted}: raised most {_place(raises)}"
        pictures.append(
            _picture(signed_colours(one.integrated), side, "integrated gradients", about)
        )
    right = one.predicted == one.target
    verdict = "right" if right else f"wrong: it is {one.target}"
    return tag(
        "li",
        tag("div", pictures, class_="trio"),
        tag("div", tag("b", one.predicted), f" {one.probability:.4f}, {verdict}"),
        tag("small", one.name),
    )


def _picture(pixels: Pixels, side: int, caption: str, about: str) -> Markup:
    image = tag("img", src=embedded(pixels, side), alt=about)
    return tag("figure", image, tag("figcaption", caption))


def _place(values: Map) -> str:
    """Where a map has most of its weight, in words."""
    total = float(values.sum())
    if not total > 0:
        return "nowhere"
    height, width = values.shape
    down = float(values.sum(1) @ np.arange(height)) / total / max(height - 1, 1)
    across = float(values.sum(0) @ np.arange(width)) / total / max(width - 1, 1)
    rows = ("at the top", "in the middle", "at the bottom")[min(int(down * 3), 2)]
    columns = (" left", "", " right")[min(int(across * 3), 2)]
    return rows + columns


def laid_over(pixels: Pixels, values: Map) -> Pixels:
    """An image in grey with a map over it in viridis, (H, W, 3): clear where the map is 0.

    Args:
        pixels: (H, W, 3).
        values: from 0, (H, W); the largest is the strongest colour.
    """
    most = float(values.max())
    shares = np.nan_to_num(values.astype(np.float64) / (most or 1.0)).clip(0, 1)
    grey = pixels.astype(np.float64) @ np.array([0.299, 0.587, 0.114])
    over = 0.7 * np.sqrt(shares)[..., None]
    mixed = (1 - over) * grey[..., None] + over * map_colours(shares)
    return mixed.round().clip(0, 255).astype(np.uint8)


def signed_colours(values: Map) -> Pixels:
    """A signed map as colours (..., 3): blue below 0, light grey at 0, vermilion above."""
    sizes = np.nan_to_num(np.abs(values.astype(np.float64)))
    most = float(np.percentile(sizes, _SHARE_SHOWN)) or float(sizes.max()) or 1.0
    shares = np.nan_to_num(values / most).clip(-1, 1)
    anchors = np.array([rgb(colour) for colour in (BLUE, _MIDDLE, VERMILION)])
    channels = [np.interp(shares, (-1, 0, 1), anchors[:, k]) for k in range(3)]
    return np.stack(channels, -1).round().astype(np.uint8)
