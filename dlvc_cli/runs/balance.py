"""How evenly a split's images are spread over its classes, and what to say where they aren't.

Imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["is_uneven", "uneven_notice"]

# So many times as many images as the smallest class has, the largest may have.
_EVEN = 1.5


def is_uneven(counts: Sequence[int]) -> bool:
    """Whether accuracy alone misleads.

    Args:
        counts: images of each class of a split; of none, nothing is known.
    """
    return bool(counts) and max(counts) > _EVEN * min(counts)


def uneven_notice(classes: Sequence[str], counts: Mapping[str, Sequence[int]]) -> str | None:
    """What to say before a training whose classes are uneven; None where they aren't.

    Args:
        counts: images of each class, of ``train`` and of ``val``.
    """
    if not any(is_uneven(counts[split]) for split in ("train", "val")):
        return None
    train, val = (_majority(classes, counts[split]) for split in ("train", "val"))
    if train[0] == val[0]:
        shares = f"{train[1]:.4g}% of the training images and {val[1]:.4g}% of the validation "
        shares += f"images are {val[0]}"
    else:
        shares = f"{train[1]:.4g}% of the training images are {train[0]}, and {val[1]:.4g}% of the "
        shares += f"validation images {val[0]}"
    return (
        f"The classes are uneven: {shares}. Always saying {val[0]} would have an accuracy of "
        f"{val[1] / 100:.4f}, and a balanced one, the mean over the classes, of "
        f"{1 / len(counts['val']):.4f}."
    )


def _majority(classes: Sequence[str], counts: Sequence[int]) -> tuple[str, float]:
    """The largest class and its share in per cent."""
    largest = max(range(len(counts)), key=counts.__getitem__)
    return classes[largest], 100 * counts[largest] / sum(counts)
