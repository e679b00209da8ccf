"""What a run was made of, in words: the same in the terminal and on its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlvc_cli.reporting import formats

__all__ = ["classes_fact", "images_fact", "left_out_fact", "model_fact"]

# Of more classes than these, the first are named.
_MOST_CLASSES = 10

Data = Mapping[str, Any]


def model_fact(name: str, parameters: int, trained: int) -> str:
    """A model's name, how many parameters it has, and how many of these are trained."""
    part = f", {formats.count(trained)} of them trained" if trained != parameters else ""
    return f"{name}, {formats.count(parameters)} parameters{part}"


def images_fact(data: Data) -> str:
    """``train 7,959 (3,980 + 3,979)``: how many a split has, and of each class where few are.

    Args:
        data: what ``run.json`` says of the data.
    """
    return ", ".join(_images(data, split) for split in data["images"])


def _images(data: Data, split: str) -> str:
    counts = (data.get("class_counts") or {}).get(split, ())
    by_class = " + ".join(map(formats.count, counts)) if len(counts) <= _MOST_CLASSES else ""
    return f"{split} {data['images'][split]:,}" + (f" ({by_class})" if by_class else "")


def left_out_fact(data: Data) -> str:
    """How many files of each split can't be read, empty where all can."""
    left = [f"{len(files):,} of {split}" for split, files in data["skipped"].items() if files]
    return ", ".join(left)


def classes_fact(data: Data) -> str:
    """The names of classes, of many the first."""
    names = data["classes"]
    more = f" and {len(names) - _MOST_CLASSES:,} more" if len(names) > _MOST_CLASSES else ""
    return ", ".join(names[:_MOST_CLASSES]) + more
