"""Ops, loss and network tried on a few made-up images, before any work is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import torch

from dlvc_cli.contract.batch import Batch
from dlvc_cli.contract.checks import (
    LOSS_CHECKS,
    MODEL_CHECKS,
    OP_CHECKS,
    Check,
    check_logits_shape,
    check_op_takes_probabilities,
)
from dlvc_cli.contract.schedule_checks import SCHEDULE_CHECKS, factor_of, points_of
from dlvc_cli.errors import BadOption, DlvcError, PluginError, cause_of
from dlvc_cli.registry.offers import Choice, Offer, guarded
from dlvc_cli.training.data.applied_op import AppliedOp
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.step_rate import StepRate

__all__ = ["try_loss", "try_network", "try_ops", "try_schedule"]


def try_ops(ops: Sequence[AppliedOp], size: tuple[int, int], num_classes: int) -> tuple[int, int]:
    """Check every op on images of the size that it will be given.

    Args:
        size: (height, width) that images are stored at.

    Returns:
        The (height, width) that they have after the ops.

    Raises:
        BadOption: an op cannot work on such images.
        PluginError: an op breaks the contract.
    """
    mixed = False
    for applied in ops:
        # Only an op on whole batches can have made probabilities of the targets.
        checks = [c for c in OP_CHECKS if mixed or c is not check_op_takes_probabilities]
        _refuse(applied.choice.offer, checks, applied.op, size, num_classes)
        mixed = mixed or applied.choice.spec.takes == "batch"
        ids = torch.arange(1)
        blank = Batch(torch.zeros(1, 3, *size), torch.zeros_like(ids), ids, num_classes)
        height, width = applied.run(blank, seed=0, epoch=0, training=False).images.shape[2:]
        size = height, width
    return size


def try_loss(objective: Objective, loss: Choice, num_classes: int) -> None:
    """Check the loss on made-up predictions.

    Raises:
        BadOption: it doesn't fit this number of classes.
        PluginError: it breaks the contract.
    """
    _refuse(loss.offer, LOSS_CHECKS, objective.each, num_classes)


def try_schedule(rate: StepRate) -> None:
    """Check the schedule over its whole length.

    Raises:
        BadOption: its factor is 0 throughout.
        PluginError: it breaks the contract.
    """
    offer, schedule, length = rate.choice.offer, rate.schedule, (rate.epochs, rate.steps)
    asked = partial(guarded, offer, schedule)
    _refuse(offer, SCHEDULE_CHECKS, asked, *length)
    if not any(factor_of(asked(point)) for point in points_of(*length)):
        raise BadOption(
            f"schedule {offer.name}: the learning rate is 0 from the first step to the last, and "
            "nothing would be trained. Choose other values."
        )


def try_network(learning: Learning, model: Choice, num_classes: int, size: tuple[int, int]) -> None:
    """Check the network on noise, evaluating and training as the run will; keep its state.

    Args:
        size: (height, width) of the network's input.

    Raises:
        PluginError: it fails on images of this size, gives logits of a wrong shape, or its
            features and head, run after each other, don't do what it does itself.
    """
    network, shape = learning.network, (num_classes, size)
    parts = (learning.features, learning.head) if learning.frozen else None
    buffers = {name: value.clone() for name, value in network.named_buffers()}
    try:
        learning.eval_mode()
        _refuse(model.offer, MODEL_CHECKS, network, parts, *shape)
        learning.train_mode()
        _refuse(model.offer, (check_logits_shape,), learning.outputs, parts, *shape)
    except DlvcError:
        raise
    except Exception as error:
        raise PluginError(
            f"{model.offer.described} cannot train on images of {size[0]}x{size[1]}: "
            f"{cause_of(error)}. Try another --image-size."
        ) from error
    finally:
        with torch.no_grad():
            for name, value in network.named_buffers():
                value.copy_(buffers[name])


def _refuse(offer: Offer, checks: Iterable[Check], *subject: Any) -> None:
    """Raise ``PluginError`` with the first finding about a plugin's object."""
    for check in checks:
        for finding in check(*subject):
            raise PluginError(f"{offer.described} {finding}.")
