"""The one size that a run's images are stored at, chosen from those that they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["NEARLY_ALL", "InputSize", "choose_size"]

NEARLY_ALL = 0.9
"""Share of the images from which on one size is that of the data, and the rest is fitted to it."""

Size = tuple[int, int]


@dataclass(frozen=True)
class InputSize:
    """What is known of the network's input before the images are.

    Attributes:
        size: (height, width) in pixels: the run's image size.
        settled: whether the input has it whatever size images are stored at; else their
            proportions are kept.
    """

    size: Size
    settled: bool


def choose_size(
    counts: Mapping[Size, int], inputs: InputSize, fit: str | None, asked: Size | None = None
) -> tuple[Size, str]:
    """Choose the size that images are stored at.

    Args:
        counts: how many images have which (height, width).
        inputs: the network's input.
        fit: ``crop`` or ``squash`` where asked for.
        asked: the size that is asked for, if one is.

    Returns:
        The size, and a sentence for the user; empty where all images keep their pixels.
    """
    total = sum(counts.values())
    # Of several that are as frequent the largest, so that the order of reading is nothing to it.
    common, most = max(counts.items(), key=lambda item: (item[1], item[0]))
    done = "squashed" if fit == "squash" else "cropped"
    if asked is not None:
        if counts.get(asked) == total:
            return asked, ""
        return asked, (
            f"The images are {_range(counts)} (height x width): all are {done} to {_text(asked)}, "
            "which the ops see."
        )
    if most < NEARLY_ALL * total:
        return inputs.size, (
            f"The images have {len(counts):,} sizes, {_range(counts)}: all are {done} to "
            f"{_text(inputs.size)} (height x width). For another size: --image-size."
        )
    differs = inputs.settled and not _same_shape(common, inputs.size)
    if differs and fit == "crop":
        return inputs.size, (
            f"{_share(most, total)} are {_text(common)} (height x width): all are cropped to "
            f"{_text(inputs.size)}."
        )
    text = ""
    if most < total:
        others = {size: count for size, count in counts.items() if size != common}
        rest = total - most
        which = f"the other {rest:,}, {_range(others)}, are"
        if rest == 1:
            which = f"the other one, {_range(others)}, is"
        text = (
            f"{_share(most, total)} are {_text(common)} (height x width); {which} {done} to that."
        )
    if differs:
        hint = "" if fit else " To keep proportions: --fit crop."
        text += f" Images of {_text(common)} are squashed to {_text(inputs.size)}.{hint}"
    return common, text.strip()


def _same_shape(one: Size, other: Size) -> bool:
    """Whether two sizes have the same proportions, to less than a pixel."""
    height, width = one
    high, wide = other
    return abs(width * high / height - wide) < 1 or abs(height * wide / width - high) < 1


def _share(some: int, total: int) -> str:
    return f"All {total:,} images" if some == total else f"{some:,} of {total:,} images"


def _range(counts: Mapping[Size, int]) -> str:
    if len(counts) == 1:
        return _text(next(iter(counts)))
    by_area = sorted(counts, key=lambda size: (size[0] * size[1], size))
    return f"from {_text(by_area[0])} to {_text(by_area[-1])}"


def _text(size: Size) -> str:
    return f"{size[0]}x{size[1]}"
