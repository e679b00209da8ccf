"""What is said where training has left the finite numbers, and when it must end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn

from dlvc_cli.errors import Diverged, DlvcError
from dlvc_cli.events import EpochDone, Notice
from dlvc_cli.training.evaluate import Evaluation
from dlvc_cli.training.network.finite import not_finite_in

__all__ = ["diverged", "never_defined", "not_defined", "not_finite", "refuse_bad_loss"]

_ADVICE = "Try a smaller --lr, or --clip-grad 1."


def refuse_bad_loss(loss: float | None, epoch: int) -> None:
    """Raise ``Diverged`` if a training loss is known and not finite.

    Args:
        epoch: from 1.
    """
    if loss is None or math.isfinite(loss):
        return
    raise Diverged(
        f"The training loss became {loss} in epoch {epoch}: the steps are too large. {_ADVICE}"
    )


def not_finite(result: Evaluation, done: EpochDone) -> Notice:
    """What to say of a validation that isn't finite, of a network that is."""
    what = "the loss"
    if result.undecided:
        what = f"the predictions of {result.undecided:,} of {len(result.targets):,} images"
    return Notice(
        text=f"The validation of epoch {done.epoch} is not finite ({what}), so it is not taken for "
        f"the best: the steps may be too large. {_ADVICE}",
        level="warning",
    )


def not_defined(key: str, done: EpochDone) -> Notice:
    """What to say of an epoch in which what is monitored is no number."""
    return Notice(
        text=f"{key} is not defined in epoch {done.epoch}, so it is not taken for the best.",
        level="warning",
    )


def never_defined(key: str, metrics: Sequence[Mapping[str, Any]]) -> DlvcError:
    """The end of a training without any validation that a best network could be told by.

    Args:
        key: of what is monitored.
        metrics: the lines of all epochs.
    """
    if any(line["val_loss"] is not None and line.get(key) is None for line in metrics):
        return DlvcError(
            f"{key} was not defined in any epoch, so there is no best network. Choose another "
            "--monitor."
        )
    return Diverged(
        f"No validation was finite, so there is no best network: the steps are too large. {_ADVICE}"
    )


def diverged(network: nn.Module, done: EpochDone) -> DlvcError | None:
    """The end of a training whose network isn't finite any more; None where it is."""
    name = not_finite_in(network)
    if name is None:
        return None
    kept = f" The best network, of epoch {done.best_epoch}, is kept." if done.best_epoch else ""
    return Diverged(
        f"The network's numbers are not finite any more after epoch {done.epoch} ({name}): the "
        f"steps are too large. {_ADVICE}{kept}"
    )
