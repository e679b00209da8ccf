"""How the last batch's accuracy comes to read more than the whole split's, in a run's own figures.

The course's first accuracy was that of the last batch alone. It is no other quantity, only a much
smaller sample of it, and the best of many epochs takes the luckiest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

from dlvc_cli.runs.schema import is_number
from dlvc_cli.runs.statistics import wilson

if TYPE_CHECKING:
    from dlvc_cli.runs.predictions import Predictions

__all__ = ["batches_of", "last_batch_story"]

_LAST, _WHOLE, _RUNNING = "val_acc_last_batch", "val_acc", "val_acc_running"
# Fewer epochs have no scatter worth telling.
_FEW = 3


def last_batch_story(
    lines: Sequence[Mapping[str, Any]], images: int, batch: int, kept: Predictions | None
) -> list[str]:
    """Return the explanation, a paragraph each; none where the accuracies aren't recorded.

    Args:
        lines: of ``metrics.jsonl``.
        images: of the validation split.
        batch: images in a full batch.
        kept: what the best network says of each, None where that isn't kept.
    """
    both = [line for line in lines if is_number(line.get(_LAST)) and is_number(line.get(_WHOLE))]
    if not both or images <= batch:
        return []
    paragraphs = [_best_of_each(both, images, batch)]
    if len(both) >= _FEW:
        paragraphs.append(_scatter(both, images, batch))
    if kept is not None:
        paragraphs.append(_by_batch(kept, batch))
    running = [line for line in lines if is_number(line.get(_RUNNING))]
    if running:
        paragraphs.append(_of_running(running))
    return paragraphs


def batches_of(kept: Predictions, batch: int) -> list[float]:
    """The accuracy of each full batch, in the order in which the split is read."""
    full = len(kept.correct) // batch
    return [float(part.mean()) for part in kept.correct[: full * batch].reshape(full, batch)]


def _best_of_each(lines: Sequence[Mapping[str, Any]], images: int, batch: int) -> str:
    lucky = max(lines, key=lambda line: float(line[_LAST]))
    best = max(lines, key=lambda line: float(line[_WHOLE]))
    gap = _luck(lines)
    epochs = f"{len(lines)} epochs" if len(lines) > 1 else "1 epoch"
    more = "as much" if abs(gap) < 5e-5 else f"{abs(gap):.4f} {'more' if gap > 0 else 'less'}"
    return (
        f"The best of {epochs} on the last full batch of {batch} images reads "
        f"{lucky[_LAST]:.4f} (epoch {lucky['epoch']}); on all {images:,} images the best is "
        f"{best[_WHOLE]:.4f} (epoch {best['epoch']}). That is {more}. At epoch {lucky['epoch']} "
        f"the same network has {lucky[_WHOLE]:.4f} on all images."
    )


def _luck(lines: Sequence[Mapping[str, Any]]) -> float:
    """By how much the best last batch reads more than the best whole split."""
    return float(max(line[_LAST] for line in lines) - max(line[_WHOLE] for line in lines))


def _scatter(lines: Sequence[Mapping[str, Any]], images: int, batch: int) -> str:
    gaps = [line[_LAST] - line[_WHOLE] for line in lines]
    level = fmean(line[_WHOLE] for line in lines)
    error = math.sqrt(level * (1 - level) / batch)
    small, large = (wilson(round(level * count), count) for count in (batch, images))
    lucky = (
        " The best of many such draws is a lucky one, and that is the figure that gets reported."
        if _luck(lines) > 0
        else ""
    )
    return (
        f"An accuracy of {level:.3f} on {batch} images has a 95 % interval of {small.low:.3f} to "
        f"{small.high:.3f}; on {images:,} it is {large.low:.3f} to {large.high:.3f}. From epoch to "
        f"epoch the last batch is off the whole split by {fmean(gaps):+.4f} on average and "
        f"scatters around that by {stdev(gaps):.4f} (by chance alone, {batch} images drawn anew "
        f"would scatter by {error:.4f}); at most it is {max(gaps):+.4f}.{lucky}"
    )


def _by_batch(kept: Predictions, batch: int) -> str:
    shares = batches_of(kept, batch)
    each = (
        f"between {min(shares):.4f} and {max(shares):.4f} on the {len(shares)} full batches of the "
        f"split, {shares[-1]:.4f} on the last"
        if len(shares) > 1
        else f"{shares[0]:.4f} on the only full batch of the split"
    )
    return (
        f"The best network itself (epoch {kept.epoch}) reads {each}, and "
        f"{kept.correct.mean():.4f} on all images. Which images stand in the last batch is all "
        "that makes the difference."
    )


def _of_running(lines: Sequence[Mapping[str, Any]]) -> str:
    best = max(lines, key=lambda line: float(line[_RUNNING]))
    return (
        f"The running accuracy, best {best[_RUNNING]:.4f} at epoch {best['epoch']}, is measured "
        "after every training step on one and the same batch and summed over the epoch: an average "
        "over the networks of an epoch, not the accuracy of any one of them."
    )
