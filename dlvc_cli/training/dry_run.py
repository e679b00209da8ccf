"""Ops, loss, network and schedule tried on a few made-up images, before any work is done."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from dlvc_cli.config.monitor import Monitor
from dlvc_cli.contract.batch import Batch
from dlvc_cli.contract.checks import (
    LOSS_CHECKS,
    MODEL_CHECKS,
    OP_CHECKS,
    Check,
    check_logits_shape,
    check_op_takes_probabilities,
)
from dlvc_cli.contract.metric_checks import METRIC_CHECKS
from dlvc_cli.contract.schedule_checks import SCHEDULE_CHECKS, places_of
from dlvc_cli.errors import BadOption, DlvcError, PluginError, cause_of
from dlvc_cli.registry.offers import Choice, Offer, guarded
from dlvc_cli.training.data.applied_op import AppliedOp
from dlvc_cli.training.forward import Outputs
from dlvc_cli.training.network.freezing import Learning
from dlvc_cli.training.network.loss import Objective
from dlvc_cli.training.runtime import Runtime
from dlvc_cli.training.step_rate import StepRate

__all__ = ["try_loss", "try_monitor", "try_network", "try_ops", "try_schedule"]

# A batch of noise holds so many images; one where the run's batches do.
_FEW = 2


def try_ops(
    ops: Sequence[AppliedOp], size: tuple[int, int], num_classes: int, batch: int = 2
) -> tuple[int, int]:
    """Check every op on images of the size that it will be given.

    Args:
        size: (height, width) that images are stored at.
        batch: images of the smallest batch of a training.

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
        _refuse(applied.choice.offer, checks, applied.op, size, num_classes, min(batch, _FEW))
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
    guarded(loss.offer, _refuse, loss.offer, LOSS_CHECKS, objective.each, num_classes)


def try_monitor(monitor: Monitor, targets: Tensor, num_classes: int) -> None:
    """Check what is monitored on made-up predictions, of a made-up split and of the run's own.

    Args:
        targets: of the validation split, (N,).

    Raises:
        BadOption: it is not defined on this split.
        PluginError: it breaks the contract.
    """
    metric = monitor.metric
    if metric is None:
        return
    offer = metric.choice.offer

    def asked(targets: Any, probabilities: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return guarded(offer, metric.function, targets, probabilities)

    _refuse(offer, METRIC_CHECKS, asked, metric.spec, num_classes)
    draws = torch.rand(len(targets), num_classes, generator=torch.Generator().manual_seed(0))
    if metric(targets.cpu().numpy(), draws.softmax(1).numpy()) is None:
        raise BadOption(
            f"--monitor {metric.text}: it is {metric.why_undefined}. Choose another for this "
            "validation split."
        )


def try_schedule(rate: StepRate, steps: int) -> str | None:
    """Check the schedule over its whole length, and whether the run is trained.

    Args:
        steps: of the whole run, which may be shorter than the schedule, or longer.

    Returns:
        What to warn of, where it is 0 from some epoch on.

    Raises:
        BadOption: its factor is 0 throughout.
        PluginError: it breaks the contract.
    """
    offer, schedule, length = rate.choice.offer, rate.schedule, (rate.epochs, rate.steps)
    asked = partial(guarded, offer, schedule)
    _refuse(offer, SCHEDULE_CHECKS, asked, *length)
    trained = [place for place in places_of(steps) if rate.factor(*divmod(place, rate.steps))]
    if not trained:
        raise BadOption(
            f"schedule {offer.name}: the learning rate is 0 from the first step to the last, and "
            "nothing would be trained. Choose other values."
        )
    last = trained[-1] // rate.steps + 1
    if last * rate.steps >= steps:
        return None
    return f"The learning rate is 0 after epoch {last}: nothing is trained from there on."


def try_network(
    learning: Learning,
    model: Choice,
    objective: Objective,
    runtime: Runtime,
    num_classes: int,
    size: tuple[int, int],
    batches: tuple[int, int],
) -> bool:
    """Check the network on noise, evaluating and training as the run will; keep its state.

    The network is left on the runtime's device.

    Args:
        size: (height, width) of the network's input.
        batches: images of the smallest batch of a training and of a validation. One image alone is
            tried only where it occurs: batch normalisation may not train on it.

    Raises:
        BadOption: it works on two images, but not on one.
        PluginError: it fails on images of this size, gives logits of a wrong shape, cannot be
            trained, or its features and head, run after each other, don't do what it does itself.
    """
    network = learning.network
    parts = (learning.features, learning.head) if learning.frozen else None
    buffers = {name: value.clone() for name, value in network.named_buffers()}

    def validate(count: int) -> None:
        learning.eval_mode()
        once = _Remembered(network)
        _refuse(model.offer, MODEL_CHECKS, once, parts, num_classes, size, count)

    def step(count: int) -> None:
        learning.train_mode()
        forward = _Remembered(lambda images: runtime.call(learning.outputs, images.to(device)))
        _refuse(model.offer, (check_logits_shape,), forward, parts, num_classes, size, count)
        targets = torch.arange(count, device=device) % num_classes
        loss = objective(forward.outputs, targets, torch.mean)
        if not loss.requires_grad:
            raise PluginError(f"{model.offer.described} gives outputs that have no gradient.")
        loss.backward()
        unused.extend(p for p in network.parameters() if p.requires_grad and p.grad is None)

    device = runtime.device
    unused: list[nn.Parameter] = []
    try:
        _on_few(validate, batches[1], model, size, "validation")
        # As training has it: batch and network on the device, in the run's arithmetic.
        network.to(device).to(memory_format=runtime.memory_format)
        _on_few(step, batches[0], model, size, "training")
    finally:
        with torch.no_grad():
            for name, value in network.named_buffers():
                value.copy_(buffers[name])
        network.zero_grad(set_to_none=True)
    return bool(unused)


class _Remembered:
    """A network that is called once, and gives the same to all checks: their images are the same.

    Attributes:
        outputs: what it has given, with its gradients.
    """

    def __init__(self, network: Callable[[Tensor], Outputs]) -> None:
        self._network = network
        self._known = False
        self.outputs: Outputs = ()

    def __call__(self, images: Tensor) -> Outputs:
        if not self._known:
            with torch.enable_grad():
                self.outputs, self._known = self._network(images), True
        return self.outputs


def _on_few(
    work: Callable[[int], None], batch: int, model: Choice, size: tuple[int, int], when: str
) -> None:
    """Do work on as few images as occur, two at most; if one is too few, say so.

    Args:
        batch: images of the smallest batch.
        when: in which it occurs.
    """
    try:
        work(min(batch, _FEW))
    except DlvcError:
        raise
    except Exception as error:
        if batch == 1 and _works(work):
            raise BadOption(
                f"{model.offer.name} cannot work on one image alone ({cause_of(error)}), and a "
                f"batch of the {when} is one image. Choose another --batch-size; where the split "
                "has one image only, add some."
            ) from error
        raise PluginError(
            f"{model.offer.described} fails in the {when} on images of {size[0]}x{size[1]}: "
            f"{cause_of(error)}. If that is too small for it, try another --image-size."
        ) from error


def _works(work: Callable[[int], None]) -> bool:
    try:
        work(_FEW)
    except Exception:
        return False
    return True


def _refuse(offer: Offer, checks: Iterable[Check], *subject: Any) -> None:
    """Raise ``PluginError`` with the first finding about a plugin's object."""
    for check in checks:
        for finding in check(*subject):
            raise PluginError(f"{offer.described} {finding}.")
